"""Hand-overs by two, as tests that are about something else need them: done, in one call."""

from datetime import datetime

from shielding.accounts.models import User
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over.models import HandOver
from shielding.holds.involvement import Involvement
from tests.support.people import an_iw_member

ON_RECORD = Involvement.ON_RECORD.value


def proposed(person: User, *, to: User, now: datetime, by: User | None = None) -> HandOver:
    """Return what a member, a new one unless named, proposed."""
    return acts.propose(person, to=to, by=by or an_iw_member(), now=now)


def confirmed(hand_over: HandOver, *, by: User, now: datetime) -> int:
    """Confirm it for what there is to move; returns how many things changed hands."""
    seen = acts.references_of(hand_over)
    said = {"not_theirs": True, "phoned": True, "involvement": ON_RECORD} if hand_over.only else {}
    return acts.confirm(hand_over, seen=seen, by=by, now=now, **said)


def hand_over(
    person: User, *, to: User, by: User, now: datetime, proposed_by: User | None = None
) -> int:
    """Hand everything over, confirmed by `by`; returns how many things changed hands."""
    return confirmed(proposed(person, to=to, now=now, by=proposed_by), by=by, now=now)
