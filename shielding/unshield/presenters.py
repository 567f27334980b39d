"""How far the unshield of a record is, or another end of it, and who may confirm it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from shielding.accounts.models import User
from shielding.filled import filled
from shielding.records import presenters as record_presenters
from shielding.records import states
from shielding.records.end_codes import END
from shielding.records.models import Record
from shielding.unshield import policies
from shielding.web import cells


@dataclass(frozen=True)
class Missing:
    """What is missing before an unshield can begin, in words; nothing: it can.

    `by_two`: whether this deployment wants a second member to confirm it.
    """

    missing: list[str]
    by_two: bool


@dataclass(frozen=True)
class Begun:
    """An unshield that was begun: by whom and when, why that may not count, who may confirm it.

    `words_owed`: which releases wait for a call, so that nobody may. `by_two`: as above.
    """

    begun: str
    left: bool
    could_be_the_source: bool
    words_owed: list[str]
    seconds: list[str]
    may_confirm: bool
    by_two: bool


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
    missing = [one.words for one in policies.unshield_missing(record, by, now)]
    return Missing(missing, by_two=settings.UNSHIELD_BY_TWO)


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
        by_two=settings.UNSHIELD_BY_TWO,
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
