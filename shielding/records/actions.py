"""What the IW Team does with a record's number: it is shown."""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.records import policies
from shielding.records.models import Record
from shielding.web.refusals import NotAllowed


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
