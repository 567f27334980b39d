"""A measure: things that were counted, in one-way tables over the same ones, with a few figures."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from logbook.figures.small_numbers import HIDDEN, shown

AN_HOUR = timedelta(hours=1)
NONE = "none"


@dataclass(frozen=True)
class Table:
    """Things by one question alone, such as the month: how many of each answer, zeros too."""

    head: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Measure:
    """Things of one kind. Every table counts all of them.

    Where `share` is given it is an answer of the last table, of which the percentage is said. Where
    they took a time, `took` has it of each.
    """

    title: str
    tables: tuple[Table, ...]
    share: str = ""
    took: tuple[timedelta, ...] = ()
    is_timed: bool = False

    @property
    def total(self) -> int:
        return sum(self.tables[0].counts.values())


@dataclass(frozen=True)
class Said:
    """A measure as it is said: its tables in words, and its figures by name."""

    title: str
    tables: list[tuple[str, dict[str, str]]]
    figures: dict[str, str]


def as_counted(measure: Measure) -> Said:
    """Return a measure as it was counted: for the page of the team alone, never to leave it."""
    tables = [
        (table.head, {answer: str(count) for answer, count in table.counts.items()})
        for table in measure.tables
    ]
    return Said(measure.title, tables, _figures(measure))


def as_it_may_leave(measure: Measure) -> Said:
    """Return a measure with its small numbers hidden, in all of its tables together.

    A percentage is hidden with either of its parts, and so are times: those of a few would be
    somebody's own. Process document, section 8: figures that leave the team.
    """
    hidden = shown([table.counts for table in measure.tables])
    tables = [(table.head, cells) for table, cells in zip(measure.tables, hidden, strict=True)]
    figures = _figures(measure)
    if HIDDEN in hidden[-1].values():
        figures = dict.fromkeys(figures, HIDDEN)
    return Said(measure.title, tables, figures)


def _figures(measure: Measure) -> dict[str, str]:
    figures = {}
    if measure.share:
        part = measure.tables[-1].counts[measure.share]
        figures[f"{measure.share}, of all"] = _percent(part, measure.total)
    if measure.is_timed:
        figures["Median"] = _hours(median(measure.took))
        figures["90th percentile"] = _hours(ninetieth(measure.took))
    return figures


def median(took: Sequence[timedelta]) -> timedelta | None:
    """Return the time within which half of them were done: between two, the middle."""
    return (
        timedelta(seconds=statistics.median(map(timedelta.total_seconds, took))) if took else None
    )


def ninetieth(took: Sequence[timedelta]) -> timedelta | None:
    """Return the time within which nine of ten were done: that of one of them."""
    return sorted(took)[math.ceil(len(took) * 9 / 10) - 1] if took else None


def _percent(part: int, whole: int) -> str:
    """Return the share in whole percent, rounded down: only all of them are 100%."""
    return f"{100 * part // whole}%" if whole else NONE


def _hours(took: timedelta | None) -> str:
    """Return a time in whole hours, rounded up: nobody's own time can be told from it."""
    if took is None:
        return NONE
    hours = math.ceil(took / AN_HOUR)
    return "1 hour" if hours <= 1 else f"{hours} hours"
