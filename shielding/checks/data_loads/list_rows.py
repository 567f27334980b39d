"""The columns of the lists of data loads, and of what is to be checked again after one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.models import User
from shielding.checks.data_loads.lists import Looked, first_and_second
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.finding_codes import Finding
from shielding.records import states
from shielding.records.models import Record
from shielding.records.presenters import record_tag
from shielding.web.cells import Row, Rows, Text, day, done, moment

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

LOAD_HEADS = ("Day of the load", "Entered", "Taken back")
AGAIN_HEADS = ("Record", "State", "First look", "Second look")


def load_rows(loads: Iterable[DataLoad]) -> Rows:
    """Return the data loads that were entered; they come with their people."""
    return [
        [
            day(load.loaded_on),
            moment(load.entered_at, load.entered_by),
            done(load.taken_back_at, load.taken_back_by),
        ]
        for load in loads
    ]


def again_rows(records: "Iterable[WithAnnotations[Record, Looked]]", by: User) -> Rows:
    """Return what is to be checked again, by reference alone, and who has looked since."""
    return [_again_row(record, by) for record in records]


def _again_row(record: "WithAnnotations[Record, Looked]", by: User) -> Row:
    first, second = first_and_second(record.looks)
    # What is not shielded now is attested, or stopped, on the page of the record.
    page = "record_check" if record.state == states.SHIELDED else "record_detail"
    missing = _not_yet(record)
    own = first is not None and first.by_id == by.pk
    return [
        Text(record.reference, url=reverse(page, args=[record.reference]), code=True),
        record_tag(record),
        moment(first.at, first.by) if first else missing,
        moment(second.at, second.by) if second else "By a colleague" if own else missing,
    ]


def _not_yet(record: "WithAnnotations[Record, Looked]") -> str:
    """Return what stands in the place of a look that is missing."""
    if record.state == states.TO_SHIELD:
        return "To be shielded first"
    if record.state == states.UNSHIELDING:
        return "Only if the unshield is stopped"
    if record.last_found == Finding.NOT_FOUND:
        return "Not found: phone the practitioner"
    return "Not yet"
