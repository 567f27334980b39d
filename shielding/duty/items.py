"""What a member of the IW Team may say that they have: a piece of work, by its reference."""

from datetime import datetime

from django.urls import reverse

from shielding import hooks
from shielding.accounts.models import User
from shielding.hooks import DutyItem
from shielding.records import states
from shielding.records.models import Record


def item_of(reference: str, by: User, now: datetime) -> DutyItem | None:
    """Return the work this reference names, where the person may see it: of an app, or a record."""
    for item in (*hooks.duty_item, record_item):
        if found := item(reference, by, now):
            return found
    return None


def record_item(reference: str, by: User, _now: datetime) -> DutyItem | None:
    """Return a record as work: there is something to do while it is to be shielded."""
    record = Record.objects.visible_to(by).filter(reference=reference).first()
    return of_record(record) if record else None


def of_record(record: Record) -> DutyItem:
    """Return a record that was read as work."""
    return DutyItem(
        reference=record.reference,
        record=record.reference,
        page=reverse("record_detail", args=[record.reference]),
        waits=record.state == states.TO_SHIELD,
        since=record.waiting_since,
        to_shield=True,
    )
