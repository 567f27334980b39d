"""How far the unshield of a record is, or another end of it, and who may confirm it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.models import User
from shielding.filled import filled
from shielding.records import presenters as record_presenters
from shielding.records import states
from shielding.records.codes import END
from shielding.records.models import Record, Standing
from shielding.unshield import policies
from shielding.unshield.policies import Released
from shielding.web import cells
from shielding.web.cells import Cell, Rows, Tag, Text, When

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


UNSHIELD_HEADS = ("Record", "State", "Last request let go", "Begun")
END_HEADS = ("Record", "End", "Proposed", "Requests that stand")


@dataclass(frozen=True)
class Missing:
    """What is missing before an unshield can begin, in words; nothing: it can."""

    missing: list[str]


@dataclass(frozen=True)
class Begun:
    """An unshield that was begun: by whom and when, why that may not count, who may confirm it.

    `words_owed`: which releases wait for a call, so that nobody may.
    """

    begun: str
    left: bool
    could_be_the_source: bool
    words_owed: list[str]
    seconds: list[str]
    may_confirm: bool


@dataclass(frozen=True)
class MayEnd:
    """Whether the reader may say that the record ended; `disputed`: why nobody may, in words."""

    may_propose: bool
    disputed: str


@dataclass(frozen=True)
class Proposed:
    """An end that was proposed: which, by whom and when, and whether the reader may confirm it.

    `receipt`: when and how that of another authority came. `left`: the proposal has fallen away, so
    nobody may; `lacks_receipt`: nor without one. `disputed`: nor may anybody while a hand-over of
    the record is said to be wrong, in words. `seconds`: else who may, by name.
    """

    label: str
    proposed: str
    receipt: str
    left: bool
    lacks_receipt: bool
    disputed: str
    may_confirm: bool
    seconds: list[str]


def unshield(record: Record, *, by: User, now: datetime) -> Missing | Begun | None:
    """Return how far the final unshield is: what is missing, or who began and who may confirm.

    Nothing for a record that is not shielded.
    """
    if record.state == states.UNSHIELDING:
        return begun(record, by=by, now=now)
    if record.state != states.SHIELDED:
        return None
    return Missing([one.words for one in policies.unshield_missing(record, by, now)])


def begun(record: Record, *, by: User, now: datetime) -> Begun:
    """Return who began the unshield of a record and when, and who may confirm it."""
    began = record.unshield_begun_by
    left = began is None or not policies.beginning_counts(record)
    seconds = [] if left else policies.seconds(record, now, beginner=began)
    owed = policies.words_owed(record)
    return Begun(
        begun=cells.moment(filled(record.unshield_begun_at), began),
        left=left,
        could_be_the_source=not left and filled(began).pk in policies.could_be_the_source(record),
        words_owed=owed,
        seconds=[one.name for one in seconds],
        may_confirm=not owed and by.pk in {one.pk for one in seconds},
    )


def end(record: Record, *, by: User, now: datetime) -> MayEnd | Proposed:
    """Return whether an end may be proposed, or what was proposed and who may confirm it."""
    ends = states.after(record.state, "close") is not None
    if not ends or not record.end_code:
        may = policies.may_propose_end(by, record)
        return MayEnd(may, disputed=policies.disputed(record) if ends and not may else "")
    return Proposed(
        label=END[record.end_code].label,
        proposed=cells.moment(filled(record.end_proposed_at), record.end_proposed_by),
        receipt=record_presenters.receipt(record),
        left=not policies.proposed_end_counts(record),
        lacks_receipt=policies.lacks_receipt(record),
        disputed=policies.disputed(record),
        may_confirm=policies.may_confirm_end(by, record, now),
        seconds=[one.name for one in policies.end_seconds(record, now)],
    )


def unshield_rows(records: "Iterable[WithAnnotations[Record, Released]]") -> Rows:
    """Return the records to unshield; as `policies.with_releases` has them."""
    return [
        [
            _link(record),
            record_presenters.record_tag(record),
            _last_release(record),
            cells.moment(record.unshield_begun_at, record.unshield_begun_by)
            if record.unshield_begun_at and record.state == states.UNSHIELDING
            else "Not yet",
        ]
        for record in records
    ]


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
