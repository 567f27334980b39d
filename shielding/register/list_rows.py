"""The columns of the register: nothing that says who, where or why."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.records import policies, states
from shielding.records.models import Record
from shielding.records.presenters import CHECK_NOW
from shielding.register.lists import Flags
from shielding.web.cells import Cell, Due, Rows, Text
from shielding.web.deadlines import SOON_SIX_MONTHS, deadline

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

HEADS = ("Record", "Next review", "To notice")
ALONE, UNANSWERED = "Without an active practitioner", "Unanswered"
# A register of shielded records says of which the child can be found.
_STATE = {states.TO_SHIELD: ["Not yet shielded"], states.UNSHIELDING: ["Being unshielded"]}


def rows(records: "Iterable[WithAnnotations[Record, Flags]]", today: date) -> Rows:
    """Return the records as rows; each leads to the question why it is opened."""
    return [
        [
            _link(record.reference),
            _next_review(record, today),
            ", ".join(_flags(record)) or "None",
        ]
        for record in records
    ]


def _link(reference: str) -> Text:
    return Text(reference, url=reverse("record_purpose", args=[reference]), code=True)


def _next_review(record: Record, today: date) -> Cell:
    if record.review_due is None:
        return ""
    return Due(deadline(record.review_due, today, soon=SOON_SIX_MONTHS))


def _flags(record: "WithAnnotations[Record, Flags]") -> list[str]:
    flags = [CHECK_NOW] if policies.is_to_check_now(record) else _STATE.get(record.state, [])
    return flags + [ALONE] * record.alone + [UNANSWERED] * record.unanswered
