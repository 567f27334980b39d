"""Closed months and quarters: by the calendar of London, and none that still runs."""

from datetime import UTC, date, datetime

import pytest

from logbook.days import london_day
from logbook.figures.months import Month, closed_months, closed_quarters, month_of, span


def test_twelve_months_that_are_over():
    months = closed_months(date(2026, 3, 1), 12)
    assert (months[0], months[-1], len(months)) == (Month(2025, 3), Month(2026, 2), 12)
    assert closed_months(date(2026, 3, 31), 12) == months
    assert (months[-1].days.first, months[-1].days.last) == (date(2026, 2, 1), date(2026, 2, 28))
    assert span(months).first == date(2025, 3, 1)
    assert [month.name for month in months[-2:]] == ["January 2026", "February 2026"]
    assert [month.short_name for month in months[-2:]] == ["Jan", "Feb"]
    assert Month(2028, 2).days.last == date(2028, 2, 29)
    # 23:30 UTC on 30 June is 1 July in London.
    assert month_of(london_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))) == Month(2026, 7)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 3, 31), "October to December 2025"),
        (date(2026, 4, 1), "January to March 2026"),
        (date(2026, 5, 15), "January to March 2026"),
        (date(2026, 6, 30), "January to March 2026"),
        (date(2026, 7, 1), "April to June 2026"),
    ],
)
def test_four_quarters_that_are_over(today, last):
    quarters = closed_quarters(today, 4)
    assert quarters[-1].name == last
    months = [month for quarter in quarters for month in quarter.months]
    assert len(months) == 12
    assert all(one.next == other for one, other in zip(months, months[1:], strict=False))
    assert quarters[-1].days.last < today
