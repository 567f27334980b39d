"""Figures as pages and the file show them: as counted for the team, and as they may leave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import slugify

from logbook.days import Days
from logbook.figures import counting
from logbook.figures.counting import History
from logbook.figures.measures import Measure, Said, as_counted, as_it_may_leave
from logbook.figures.months import Month, Quarter, closed_months, closed_quarters, span
from shielding import hooks
from shielding.compliance.bars import Bars, bars
from shielding.compliance.measures import measures

MONTHS, QUARTERS = 12, 4
FILE_HEADS = ("Quarter", "What", "By", "Which", "How many")


@dataclass(frozen=True)
class OneTable:
    """A table of a page."""

    id: str
    caption: str
    heads: tuple[str, ...]
    rows: list[list[str]]


@dataclass(frozen=True)
class Section:
    """One measure of a page: a picture of its months, the table beside it, and another."""

    id: str
    title: str
    chart: Bars
    by_month: OneTable
    other: OneTable


def of_the_team(today: date) -> list[Section]:
    """Return every measure of the last twelve closed months as it was counted.

    For a page that does not leave the team. By four statements.
    """
    months = closed_months(today, MONTHS)
    history = counting.history(span(months))
    whole = [as_counted(one) for one in _measures(history, months)]
    by_month = [_measures(history.within(month.days), [month]) for month in months]
    return [
        _section(said, list(zip(months, map(as_counted, of_months), strict=True)))
        for said, of_months in zip(whole, zip(*by_month, strict=True), strict=True)
    ]


def _section(said: Said, months: list[tuple[Month, Said]]) -> Section:
    (_, counts), (head, others) = said.tables
    heads = ("Month", "How many", *said.figures)
    rows = [[month.name, counts[month.name], *one.figures.values()] for month, one in months]
    last = [[answer, number] for answer, number in others.items()]
    last += [[name, words] for name, words in said.figures.items()]
    id = slugify(said.title)
    return Section(
        id,
        said.title,
        bars({month.short_name: counts[month.name] for month, _ in months}),
        OneTable(f"{id}-months", f"{said.title}, by month", heads, rows),
        OneTable(f"{id}-all", f"{said.title}, all twelve months", (head, "How many"), last),
    )


@dataclass(frozen=True)
class Leaving:
    """What may leave the team: of each of the last closed quarters every measure, hidden alike."""

    days: Days
    quarters: list[tuple[Quarter, list[Said]]]


def days_that_leave(today: date) -> Days:
    """Return the days of the last four closed quarters."""
    return _days_of(closed_quarters(today, QUARTERS))


def leaving(today: date) -> Leaving:
    """Return the figures of these days with small numbers hidden, by four statements.

    Each quarter by itself: its figures are the same whenever they are taken, and no two overlap, so
    that nothing hidden is the difference of two files.
    """
    quarters = closed_quarters(today, QUARTERS)
    days = _days_of(quarters)
    history = counting.history(days)
    of_each = [(one, _measures(history.within(one.days), one.months)) for one in quarters]
    return Leaving(days, [(one, [as_it_may_leave(m) for m in found]) for one, found in of_each])


def _days_of(quarters: Sequence[Quarter]) -> Days:
    return span([month for one in quarters for month in one.months])


def for_the_board(found: Leaving) -> list[Section]:
    """Return what may leave the team as a page for print, measure by measure."""
    return [
        _for_print([(one, said[at]) for one, said in found.quarters])
        for at in range(len(found.quarters[0][1]))
    ]


def _for_print(said: list[tuple[Quarter, Said]]) -> Section:
    title = said[0][1].title
    id = slugify(title)
    counts = {
        month: one.tables[0][1][month.name] for quarter, one in said for month in quarter.months
    }
    others = [[quarter.name, *row] for quarter, one in said for row in _other_rows(one)]
    head = said[0][1].tables[-1][0]
    return Section(
        id,
        title,
        bars({month.short_name: number for month, number in counts.items()}),
        OneTable(
            f"{id}-months",
            f"{title}, by month",
            ("Month", "How many"),
            [[month.name, number] for month, number in counts.items()],
        ),
        OneTable(f"{id}-quarters", f"{title}, by quarter", ("Quarter", head, "How many"), others),
    )


def _other_rows(said: Said) -> list[list[str]]:
    _, counts = said.tables[-1]
    return [[answer, number] for answer, number in (*counts.items(), *said.figures.items())]


def file_rows(found: Leaving) -> list[Sequence[str]]:
    """Return what may leave the team as rows of a file, heads first: a figure each."""
    rows: list[Sequence[str]] = [FILE_HEADS]
    for quarter, measured in found.quarters:
        for said in measured:
            for head, counts in said.tables:
                rows += [
                    (quarter.name, said.title, head, answer, number)
                    for answer, number in counts.items()
                ]
            rows += [
                (quarter.name, said.title, "Figure", name, words)
                for name, words in said.figures.items()
            ]
    return rows


def _measures(history: History, months: Sequence[Month]) -> list[Measure]:
    return measures(history, months, hooks.ends_of_access)
