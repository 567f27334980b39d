"""The columns of the IW Team's lists of records and of holds; they name services and people."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from shielding.accounts.telling_apart import person_cell
from shielding.records import policies
from shielding.records.grounds import GROUND
from shielding.records.models import Asking, Hold, Record
from shielding.records.presenters import CHECK_NOW, page_of_hold, waiting_tag
from shielding.web.cells import (
    Row,
    Rows,
    Text,
    When,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

TO_SHIELD_HEADS = ("Request", "Waiting", "Ground", "Service", "Decided", "Record")
HOLD_HEADS = ("Request", "Practitioner", "Service", "Ground", "Since", "Record")


def to_shield_rows(
    records: "Iterable[WithAnnotations[Record, Asking]]", now: datetime, *, has: Mapping[str, str]
) -> Rows:
    """Return the loudest table: `records` come with `asking`, their standing holds.

    What is to be checked now says so below its reference, what nobody asks for says what to do, and
    who said that they have it is named: `has`, in words by the record's reference.
    """
    return [_to_shield_row(record, now, has.get(record.reference, "")) for record in records]


def _to_shield_row(record: "WithAnnotations[Record, Asking]", now: datetime, has: str) -> Row:
    asking: list[Hold] = record.asking
    address = reverse("record_detail", args=[record.reference])
    check_now = policies.is_to_check_now(record)
    waiting = waiting_tag(record.waiting_since or now, now, check_now=check_now)
    link = Text(record.reference, url=address, code=True)
    note = CHECK_NOW if check_now else ""
    if not asking:
        nobody = f"None stands: check {settings.SYSTEM_NAME}, then say what you found"
        return [Text(nobody, beside=has, note=note), waiting, "", "", "", link]
    first, more = asking[0], len(asking) - 1
    return [
        Text(
            f"{first.reference} and {more} more" if more else first.reference,
            url=page_of_hold(first),
            code=True,
            beside=has,
            note=note,
        ),
        waiting,
        GROUND[first.ground].label,
        first.service_to_phone.name,
        "Agreed" if first.agreed_at else "Not yet",
        link,
    ]


def hold_rows(holds: Iterable[Hold]) -> Rows:
    """Return the table of holds whose practitioner no longer has a working account."""
    return [
        [
            Text(hold.reference, url=page_of_hold(hold), code=True),
            person_cell(hold.source),
            hold.service_to_phone.name,
            GROUND[hold.ground].label,
            When(hold.placed_at, date_only=True),
            Text(
                hold.record.reference,
                url=reverse("record_detail", args=[hold.record.reference]),
                code=True,
            ),
        ]
        for hold in holds
    ]
