"""The columns of the lists of records to unshield, and of ends to confirm."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding import clock
from shielding.filled import filled
from shielding.records import presenters as record_presenters
from shielding.records.end_codes import END
from shielding.records.models import Record, Standing
from shielding.unshield.policies import Released
from shielding.web import cells
from shielding.web.cells import Cell, Rows, Tag, Text, When

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

UNSHIELD_HEADS = ("Record", "State", "Last request ended", "May begin")
BEGUN_HEADS = ("Record", "State", "Last request ended", "Begun")
END_HEADS = ("Record", "End", "Proposed", "Requests that stand")


def unshield_rows(records: "Iterable[WithAnnotations[Record, Released]]", now: datetime) -> Rows:
    """Return the records to unshield, as `policies.with_releases` has them, and from when."""
    return [[*_of_record(record), _may_begin(record, now)] for record in records]


def begun_rows(records: "Iterable[WithAnnotations[Record, Released]]") -> Rows:
    """Return the records being unshielded, as `policies.with_releases` has them; and who began."""
    return [
        [
            *_of_record(record),
            cells.moment(filled(record.unshield_begun_at), record.unshield_begun_by),
        ]
        for record in records
    ]


def _of_record(record: "WithAnnotations[Record, Released]") -> list[Cell]:
    return [_link(record), record_presenters.record_tag(record), _last_release(record)]


def _may_begin(record: "WithAnnotations[Record, Released]", now: datetime) -> Cell:
    """Return from when the unshield may begin as far as the record goes: its page says for whom."""
    if record.incomplete:
        return "Something is missing"
    day = clock.next_working_day(clock.today(filled(record.last_released_at)))
    return When(day, date_only=True) if clock.today(now) < day else "Now"


def _last_release(record: "WithAnnotations[Record, Released]") -> Cell:
    """Return when the last request was let go; where a release waits for a call, that first."""
    if record.word_owed:
        return Tag("A release waits for a call", "red")
    return When(record.last_released_at, date_only=True) if record.last_released_at else ""


def end_rows(records: "Iterable[WithAnnotations[Record, Standing]]") -> Rows:
    """Return the ends that were proposed; they come with `standing`."""
    return [
        [
            _link(record),
            END[record.end_code].label,
            cells.moment(filled(record.end_proposed_at), record.end_proposed_by),
            str(record.standing) if record.standing else "None",
        ]
        for record in records
    ]


def _link(record: Record) -> Text:
    address = reverse("record_detail", args=[record.reference])
    return Text(record.reference, url=address, code=True)
