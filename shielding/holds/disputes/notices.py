"""The kinds of notice that a hand-over, or a suspension, is said to be wrong: for whom each is."""

from datetime import datetime

from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension
from shielding.holds.hand_over.models import HandOver
from shielding.notices.kinds import Kind
from shielding.records.models import Hold
from shielding.reviews.telling import of_same_record

DISPUTED = "hand_over_disputed"
SUSPENSION_DISPUTED = "suspension_disputed"
RELEASE_DENIED = "release_denied"


def to_settle(reference: str, _now: datetime) -> list[User] | None:
    """Return who hears that a hand-over is said to be wrong: the leads, until it is settled."""
    hand_over = HandOver.objects.filter(reference=reference).first()
    if hand_over is None:
        return None
    return [] if hand_over.settled_at else User.objects.working().iw_team().leads_or_else_all()


def to_settle_suspension(reference: str, _now: datetime) -> list[User] | None:
    """Return who hears that a suspension is said to be wrong: the leads, until it is settled."""
    suspension = Suspension.objects.filter(reference=reference).first()
    if suspension is None:
        return None
    return [] if suspension.settled_at else User.objects.working().iw_team().leads_or_else_all()


def who_looks_into(took_part: set[int | None]) -> list[User]:
    """Return who hears that a source did not let go: the leads, who ask how it came to be.

    All of the team where no lead is left but who took part in the false word: recorded or attested
    it.
    """
    team = User.objects.working().iw_team()
    leads = team.leads_or_else_all()
    return leads if {one.pk for one in leads} - took_part else list(team)


def to_look_into(reference: str, _now: datetime) -> list[User] | None:
    """Return of whom it still is once they were told: of the team, who all read that page."""
    if not Hold.objects.filter(reference=reference).exists():
        return None
    return list(User.objects.working().iw_team())


KINDS = (
    Kind(DISPUTED, "A hand-over said to be wrong", readers=to_settle),
    Kind(SUSPENSION_DISPUTED, "A suspension said to be wrong", readers=to_settle_suspension),
    Kind(
        RELEASE_DENIED,
        "A request said not to have been withdrawn",
        readers=to_look_into,
        apart=of_same_record,
    ),
)
