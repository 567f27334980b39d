"""What brokerage does when the core unshields a record, within the core's own transaction."""

from datetime import datetime

from brokerage import publication
from brokerage.access_request_codes import Outcome
from brokerage.locking import move
from brokerage.models import AccessRequest
from brokerage.notices import asked_no_more, tell_parties
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.models import Record


def close_requests(record: Record, by: User, now: datetime) -> None:
    """Conclude what the IW Team still brokers for a record that is unshielded: it is not needed.

    Requester and manager read the same words from the same clock as ever. What is with a line
    manager stays there. The caller holds the record's lock; nobody takes a part by this.
    """
    requests = AccessRequest.objects.at_desk().filter(record=record)
    for access in requests.select_for_update().order_by("id"):
        move(access, "conclude", now)
        access.concluded_at, access.concluded_by = now, by
        access.outcome = Outcome.NO_BROKERAGE_NEEDED
        access.publish_at = publication.read_from(filled(access.manager_decided_at), now)
        access.save()
        log_entry(
            "access_ended_with_shield",
            by=by,
            at=now,
            reference=access.reference,
            record_reference=record.reference,
            outcome=access.outcome,
        )
        asked_no_more(access.liaisons.with_people(), now=now)
        tell_parties(access, now=now, due_at=access.publish_at)
