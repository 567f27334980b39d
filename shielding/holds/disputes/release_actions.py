"""On the call that a release waits for, its source says that they did not let go.

Somebody else used their account, or they meant another child, as may who cannot see the number of
a request that was taken over. What was let go stands again: the other answer to that call would be
a false one. Process document, step 8, and the rules of two.
"""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.holds import actions, letting_go
from shielding.holds.hand_over import changing_hands
from shielding.records.models import Hold
from shielding.reviews.telling import tell_of_change
from shielding.web.refusals import WrongState


def deny_release(
    hold: Hold, *, phoned: bool, by: User, now: datetime, seen: datetime | None = None
) -> Hold:
    """Let a claim stand again whose source said on the call that they did not let go of it.

    The source and their manager are told that something changed. Refuses what attesting the call
    refuses (`letting_go.locked_to_attest`), and a claim of a service without an account: it asks
    again by a new request. Returns the hold.
    """
    with transaction.atomic():
        hold = letting_go.locked_to_attest(hold, phoned=phoned, by=by, now=now, seen=seen)
        if hold.source is None:
            raise WrongState("no_account", "The service that phoned asks again with a new request.")
        log_entry(
            "release_denied",
            by=by,
            at=now,
            reference=hold.reference,
            record_reference=hold.record.reference,
        )
        actions.stand_again(hold, source=hold.source, by=by, now=now)
        changing_hands.follow(hold, hold.source, by=by, now=now)
        tell_of_change(hold.reference, hold.source, now=now)
    return hold
