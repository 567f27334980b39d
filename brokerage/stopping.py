"""The end of a contact that runs, whoever ends it: the acts that stop one, and a hand-over."""

from datetime import datetime

from brokerage import source_policies
from brokerage.locking import in_turn
from brokerage.models import AccessRequest
from brokerage.telling import asked_no_more, contact_stopped
from logbook.writing import record as log
from shielding.accounts.models import User


def stop(access: AccessRequest, *, by: User, now: datetime) -> None:
    """Stop a contact that runs, with its entry and its notices; the caller locked the request.

    Told are the leads and whoever made the offer that was taken: that a contact ran would tell
    another source of them.
    """
    now = in_turn(access, now)
    access.stopped_at, access.stopped_by, access.changed_at = now, by, now
    access.save()
    log("contact_stopped", by=by, at=now, reference=access.reference,
        record_reference=access.record.reference)  # fmt: skip
    liaisons = access.liaisons.with_people()
    asked_no_more([one for one in liaisons if source_policies.rests_on(one)], now=now)
    contact_stopped(access, now=now)
