"""The kinds of notice about a hand-over, and whom each is for when its mail goes out."""

from datetime import datetime, timedelta

from shielding.accounts.history import PastManager
from shielding.accounts.models import User
from shielding.holds.models import HandOver
from shielding.notices.kinds import HAND_OVER, Kind

DISPUTED = "hand_over_disputed"


# Whoever was the old source's line manager so lately would know that a hand-over is wrong.
MANAGED_LATELY = timedelta(days=28)


def to_tell(hand_over: HandOver, now: datetime) -> list[User]:
    """Return all who would know that a hand-over is wrong, each once: the old source, the new one,
    and whoever was the old one's line manager lately. Process document, section 4.
    """
    person = hand_over.person
    past = PastManager.objects.of(person).since(now - MANAGED_LATELY).select_related("manager")
    people = [person, hand_over.to, person.line_manager, *(one.manager for one in past)]
    return list({one.pk: one for one in people if one is not None}.values())


def to_settle(reference: str, _now: datetime) -> list[User] | None:
    """Return who hears that a hand-over is said to be wrong: the leads, until it is settled."""
    hand_over = HandOver.objects.filter(reference=reference).first()
    if hand_over is None:
        return None
    return [] if hand_over.settled_at else User.objects.working().iw_team().leads_or_else_all()


KINDS = (
    # With a link of its own, also to somebody who was suspended: it needs no page behind a sign-in.
    Kind(HAND_OVER, "A hand-over", is_personal=True),
    Kind(DISPUTED, "A hand-over said to be wrong", readers=to_settle),
)
