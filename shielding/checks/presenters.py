"""What was found of a record, in rows and in words of what to do now. For the IW Team only."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from shielding.accounts.models import User
from shielding.checks.actions import Found
from shielding.checks.lists import Looked, first_and_second
from shielding.checks.models import Check, DataLoad
from shielding.records import states
from shielding.records.codes import Finding
from shielding.records.models import Record
from shielding.records.presenters import record_tag
from shielding.web.cells import Row, Rows, Text, day, done, moment

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

HEADS = ("Looked", "Found", "Open from", "Open until")
LOAD_HEADS = ("Day of the load", "Entered", "Taken back")
AGAIN_HEADS = ("Record", "State", "First look", "Second look")
_ADVICE: dict[str, str] = {
    Finding.OPEN: f"Found open: shield the record on {settings.SYSTEM_NAME} now, then attest it "
    "for each request that stands. The sources whose shield was attested are asked to phone you.",
    Finding.DUPLICATE: "A duplicate or unmatched unshielded record was found: phone the source. "
    "The other number comes in as a request of its own, on their word; nothing here says that the "
    "two belong together.",
    Finding.NOT_FOUND: "Nothing was found under this number: all stays as it was, and nothing is "
    "attested. Phone the source and have them read the number to you; if it is another, they place "
    "a new request.",
}


def advice_after(found: Found | None) -> str:
    """Return what to do after this was found; nothing where it is simply shielded."""
    return _ADVICE.get(found.finding, "") if found else ""


def advice(record: Record, looks: Sequence[Check]) -> str:
    """Return what is still to do after the last of these looks at the record, or nothing."""
    if not looks or record.state in states.OPEN_TO_ALL:
        return ""
    last = looks[0]
    if last.finding == Finding.OPEN and record.state != states.TO_SHIELD:
        return ""
    return _ADVICE.get(last.finding, "")


def check_rows(looks: Iterable[Check]) -> Rows:
    """Return what was found of a record."""
    return [
        [
            moment(one.at, one.by),
            one.get_finding_display(),
            day(one.open_from),
            day(one.open_until),
        ]
        for one in looks
    ]


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
        return "Not found: phone the source"
    return "Not yet"


def progress_words(both: int, of: int) -> str:
    """Return how far the check of a load is."""
    return f"{both} of {of} checked by both"


def looked_words(
    record: "WithAnnotations[Record, Looked] | None", load: DataLoad | None, by: User
) -> str:
    """Return who has looked at a record since a data load and who is still to; or nothing."""
    if record is None or load is None:
        return ""
    first, second = first_and_second(record.looks)
    since = f"To be checked again after the data load of {day(load.loaded_on)}, by two members."
    if first is None:
        return f"{since} Nobody’s look counts yet."
    looked = f"First look: {moment(first.at, first.by)}."
    if second is not None:
        return f"{since} {looked} Second look: {moment(second.at, second.by)}. Checked by both."
    if first.by_id == by.pk:
        return f"{since} {looked} The second look is a colleague’s."
    return f"{since} {looked} The second look is still to come."
