"""The end of an access request that nobody finished in time: by nobody, told by the clock."""

from datetime import datetime

from django.db import transaction

from brokerage import publication
from brokerage.access_request_codes import Outcome
from brokerage.locking import move
from brokerage.models import AccessRequest
from brokerage.notices import asked_no_more, tell_parties
from logbook.writing import log_entry
from shielding import clock
from shielding.filled import filled


def lapse(access: AccessRequest, *, now: datetime) -> AccessRequest:
    """End an unfinished request once the day until which it was needed has passed. Returns it.

    By nobody; nobody takes a part by it. Requester and manager read it at the first 16:00 after
    that day, whatever the record's state and however far it had come; sources are asked no more.
    One that is finished, or still needed, stays as it is. Locks the request alone, as a requester
    does.
    """
    with transaction.atomic():
        over = AccessRequest.objects.over(clock.today(now)).select_for_update()
        found = over.filter(pk=access.pk).first()
        if found is None:
            return access
        move(found, "lapse", now)
        found.lapsed_at, found.outcome = now, Outcome.NOT_IN_TIME
        found.publish_at = publication.of_lapsed(filled(found.needed_until))
        found.save()
        log_entry(
            "access_lapsed",
            by=None,
            at=now,
            reference=found.reference,
            record_reference=filled(found.record).reference,
        )
        asked_no_more(found.liaisons.with_people(), now=now)
        tell_parties(found, now=now, due_at=found.publish_at)
    return found
