"""Shields that were there before the product are taken over from a file, a row at a time.

Process document, section 4: a hold, agreed and attested as applied, of its practitioner.
"""

from datetime import datetime

from django.db import transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from requests_app import policies, states
from requests_app.go_live.shields_file import Shield
from requests_app.models import Request
from requests_app.notices import tell_of_taken_over
from requests_app.shield_request_codes import Decision
from shielding.accounts.bulk.actions import claim_row
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds import actions as shield
from shielding.models import Record
from shielding.records.locking import lock_record
from shielding.web.refusals import Refused


def take_over(found: FileImport, row: Shield, *, by: User, now: datetime) -> bool:
    """Take over the shield of a row, and return whether that was still to be done.

    An agreed request without a first review; who confirmed the file attests that it is applied. The
    entries have the time of the import, and the days of the file as facts. A record that may be
    open is not attested (`holds.actions.take_over`): it waits, as for any request. Where the
    practitioner asks for the record already, nothing is placed; the row is done, and no page says
    so. Refuses a practitioner who cannot sign in any more; the act of the import refuses the rest.
    """
    with transaction.atomic():
        locked = claim_row(found, row.digest, by=by, now=now, about=row.person)
        if locked is None:
            return False
        person = locked[row.person]
        if not policies.may_ask(person):
            raise Refused("no_practitioner", "The practitioner cannot sign in any more.")
        record = lock_record(row.record)
        if not Request.objects.standing_of(person).filter(record=record).exists():
            _place(found, row, record, person, by=by, now=now)
    return True


def _place(
    found: FileImport, row: Shield, record: Record, person: User, *, by: User, now: datetime
) -> None:
    existing = shield.Existing(row.applied_on, row.next_review, row.involvement, found)
    service = filled(person.service)
    reference = new_reference()
    hold = shield.take_over(
        record,
        source=shield.Source(person, service),
        reference=reference,
        ground=row.ground,
        existing=existing,
        by=by,
        now=now,
    )
    request = Request.objects.create(
        reference=reference,
        state=states.AGREED,
        state_since=now,
        changed_at=now,
        practitioner=person,
        service=service,
        created_at=now,
        submitted_at=now,
        record=record,
        hold=hold,
        ground=row.ground,
        decision=Decision.SHIELD,
        involvement=row.involvement,
        decided_at=now,
        decided_by=by,
        imported_at=now,
        imported_by=by,
        placed_on=row.placed_on,
        applied_on=row.applied_on,
    )
    log_entry(
        "shield_taken_over",
        by=by,
        at=now,
        reference=reference,
        record_reference=record.reference,
        from_import=found.reference,
        ground=row.ground,
        placed_on=row.placed_on,
        applied_on=row.applied_on,
        next_review=row.next_review,
        is_applied=hold.applied_at is not None,
    )
    tell_of_taken_over(request, person, now)
