"""Days counted one by one, without the calendar that is tested."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

FIRST, LAST = date(2024, 1, 1), date(2031, 12, 31)
EVERY_DAY = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


@cache
def last_sunday(year: int, month: int) -> date:
    """Return the last Sunday of a month of 31 days, counted back day by day."""
    day = date(year, month, 31)
    while day.isoweekday() != 7:
        day -= timedelta(days=1)
    return day


@cache
def london_midnight(day: date) -> datetime:
    """Return when a London day begins, by the rule of the law and not by a time zone table.

    Summer time runs from 01:00 UTC on the last Sunday of March to 01:00 UTC on that of October.
    """
    summer = last_sunday(day.year, 3) < day <= last_sunday(day.year, 10)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=summer)


@cache
def step_by_step(day: date) -> date:
    """Return the day after, from the lengths of the months and nothing else."""
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if day.day < lengths[day.month - 1]:
        return date(day.year, day.month, day.day + 1)
    return date(day.year, day.month + 1, 1) if day.month < 12 else date(day.year + 1, 1, 1)


@cache
def six_months_on(day: date) -> date:
    """Return the same day number six months on, or the nearest earlier one that month has."""
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError(day)
