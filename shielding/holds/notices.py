"""The kinds of notice about a hand-over, or a suspension said to be wrong, and whom each is for."""

from datetime import datetime

from shielding.accounts.history import managers_lately
from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension
from shielding.holds.models import HandOver
from shielding.notices.kinds import HAND_OVER, Kind

DISPUTED = "hand_over_disputed"

SUSPENSION_DISPUTED = "suspension_disputed"


def to_tell(hand_over: HandOver, now: datetime) -> list[User]:
    """Return all who would know that a hand-over is wrong, each once: the old source, the new one,
    and whoever was the old one's line manager lately. Process document, section 4.
    """
    people = [hand_over.person, hand_over.to, *managers_lately(hand_over.person, now)]
    return list({one.pk: one for one in people}.values())


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


KINDS = (
    # With a link of its own, also to somebody who was suspended: it needs no page behind a sign-in.
    Kind(HAND_OVER, "A hand-over", is_personal=True),
    Kind(DISPUTED, "A hand-over said to be wrong", readers=to_settle),
    Kind(SUSPENSION_DISPUTED, "A suspension said to be wrong", readers=to_settle_suspension),
)
