"""What the IW Team does with a record number: look for a record, and show its number."""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.desk.find_record_codes import purposes_of
from shielding.records import policies
from shielding.records.models import Record
from shielding.web.refusals import NotAllowed, WrongState


def find_record(number: str, *, purpose: str, by: User, now: datetime) -> Record | None:
    """Return the record with this normalised number, if the product knows it; either is an entry.

    Refuses anyone but the IW Team and auditors, and a purpose that is not one of theirs. Process
    document, step 4: who looks, and why, is logged.
    """
    if not policies.may_look_up(by):
        raise NotAllowed()
    if purpose not in purposes_of(by):
        raise WrongState("no_purpose", "Say first why you are looking for this record.")
    record = Record.objects.to_look_up(by).numbered(number).first()
    with transaction.atomic():
        log_entry(
            "record_searched",
            by=by,
            at=now,
            record_reference=record.reference if record else "",
            purpose=purpose,
            found=record is not None,
        )
    return record


def show_number(record: Record, *, reference: str, by: User, now: datetime) -> str:
    """Return a record's number for the IW Team, which shields it under that number; an entry.

    `reference` names what it was shown from: a request or the record itself. Refuses anyone else.
    """
    if not policies.may_administer(by):
        raise NotAllowed()
    with transaction.atomic():
        log_entry(
            "number_shown",
            by=by,
            at=now,
            reference=reference,
            record_reference=record.reference,
        )
    return record.number_in_clear()
