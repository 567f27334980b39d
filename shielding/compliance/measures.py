"""The measures of how the work goes, over some months: what ended, or fell due, in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Protocol

from logbook.figures import counting
from logbook.figures.counting import History
from logbook.figures.measures import Measure, Table
from logbook.figures.months import Month, month_of

BY_MONTH = "Month"
IN_TIME, LATE = "In time", "Late, or still open"
# Within how long, and the words for it; whatever took longer is the rest.
_WITHIN = ((timedelta(hours=4), "Within 4 hours"), (timedelta(hours=24), "Within 24 hours"))
_LONGER = "Later"
_SOON_AFTER = (
    (timedelta(days=1), "Within a day"),
    (timedelta(days=28), "Within four weeks"),
)


class _OfADay(Protocol):
    @property
    def day(self) -> date: ...


def measures(
    history: History, months: Sequence[Month], outcomes: Mapping[str, str]
) -> list[Measure]:
    """Return the measures over these months: one kind of thing each, by month and one more way.

    `outcomes` has the words for each end of an access request. An end without words is said by its
    code.
    """
    took = tuple(one.took for one in history.applied)
    after = [one.after for one in history.found_open]
    return [
        Measure(
            "Shields attested, and the time from asking",
            (_by_month(history.applied, months), Table("Time", _bands(took, _WITHIN))),
            took=took,
            is_timed=True,
        ),
        Measure(
            "Attested shields found open afterwards",
            (
                _by_month(history.found_open, months),
                Table("Time since", _bands(after, _SOON_AFTER)),
            ),
        ),
        _reviews("First reviews due", counting.FIRST, history, months),
        _reviews("Six-monthly reviews due", counting.SIX_MONTHLY, history, months),
        Measure(
            "Access requests that ended",
            (_by_month(history.access, months), Table("Outcome", _by_outcome(history, outcomes))),
        ),
    ]


def _reviews(title: str, kind: str, history: History, months: Sequence[Month]) -> Measure:
    due = [one for one in history.reviews if one.kind == kind]
    in_time = sum(one.in_time for one in due)
    on_time = Table("On time", {IN_TIME: in_time, LATE: len(due) - in_time})
    return Measure(title, (_by_month(due, months), on_time), share=IN_TIME)


def _by_month(ended: Iterable[_OfADay], months: Sequence[Month]) -> Table:
    counts = Counter(month_of(one.day) for one in ended)
    return Table(BY_MONTH, {month.name: counts[month] for month in months})


def _bands(took: Iterable[timedelta], within: Sequence[tuple[timedelta, str]]) -> dict[str, int]:
    counts = Counter(
        next((words for most, words in within if time <= most), _LONGER) for time in took
    )
    return {words: counts[words] for words in (*(words for _, words in within), _LONGER)}


def _by_outcome(history: History, outcomes: Mapping[str, str]) -> dict[str, int]:
    words = [
        outcomes.get(one.how, one.how.replace("_", " ").capitalize()) for one in history.access
    ]
    counts = Counter(words)
    return {word: counts[word] for word in dict.fromkeys((*outcomes.values(), *words))}
