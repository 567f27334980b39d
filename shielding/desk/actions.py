"""What the IW Team does before it has a record: it looks for one by its number."""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.desk.find_record_codes import Purpose
from shielding.records import policies
from shielding.records.models import Record
from shielding.web.refusals import NotAllowed, WrongState


def find_record(number: str, *, purpose: str, by: User, now: datetime) -> Record | None:
    """Return the record with this normalised number, if the product knows it; either is an entry.

    Refuses anyone outside the IW Team and a purpose that is not on the list. Process document,
    step 4: who looks, and why, is logged.
    """
    if not policies.may_administer(by):
        raise NotAllowed()
    if purpose not in Purpose.values:
        raise WrongState("no_purpose", "Say first why you are looking for this record.")
    record = Record.objects.visible_to(by).numbered(number).first()
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
