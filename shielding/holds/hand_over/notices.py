"""The mail about a hand-over, and whom it is for."""

from datetime import datetime

from shielding.accounts.history import managers_lately
from shielding.accounts.models import User
from shielding.holds.hand_over.models import HandOver
from shielding.notices.kinds import HAND_OVER, Kind


def to_tell(hand_over: HandOver, now: datetime) -> list[User]:
    """Return all who would know that a hand-over is wrong, each once: the old source, the new one,
    and whoever was the old one's line manager lately. Process document, section 4.
    """
    people = [hand_over.person, hand_over.to, *managers_lately(hand_over.person, now)]
    return list({one.pk: one for one in people}.values())


KINDS = (
    # With a link of its own, also to somebody who was suspended: it needs no page behind a sign-in.
    Kind(HAND_OVER, "A hand-over", is_personal=True),
)
