"""Closed months of London, and the quarters of a year they make: what figures are counted over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateformat import format as date_format

from logbook.days import Days


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @property
    def days(self) -> Days:
        return Days(self._first, self.next._first - timedelta(days=1))

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def name(self) -> str:
        """The month in words, such as "March 2026"."""
        return date_format(self._first, "F Y")

    @property
    def short_name(self) -> str:
        """The month as a picture has room for it, such as "Mar"."""
        return date_format(self._first, "M")

    @property
    def _first(self) -> date:
        return date(self.year, self.number, 1)


@dataclass(frozen=True)
class Quarter:
    """Three months from January, April, July or October on."""

    months: tuple[Month, Month, Month]

    @property
    def days(self) -> Days:
        return span(self.months)

    @property
    def name(self) -> str:
        """The quarter in words, such as "January to March 2026"."""
        first, _, last = self.months
        return f"{date_format(first.days.first, 'F')} to {last.name}"


def month_of(day: date) -> Month:
    """Return the month a day is in."""
    return Month(day.year, day.month)


def closed_months(today: date, how_many: int) -> list[Month]:
    """Return the last months that are over on a day, the earliest first."""
    months: list[Month] = []
    day = today
    for _ in range(how_many):
        day = day.replace(day=1) - timedelta(days=1)
        months.insert(0, month_of(day))
    return months


def closed_quarters(today: date, how_many: int) -> list[Quarter]:
    """Return the last quarters of a year that are over on a day, the earliest first."""
    # At most two closed months belong to the quarter that runs.
    months = closed_months(today, 3 * how_many + 2)
    starts = [at for at, month in enumerate(months[:-2]) if month.number % 3 == 1]
    quarters = [Quarter((months[at], months[at + 1], months[at + 2])) for at in starts]
    return quarters[-how_many:]


def span(months: Sequence[Month]) -> Days:
    """Return the days from the first of the first month to the last of the last."""
    return Days(months[0].days.first, months[-1].days.last)
