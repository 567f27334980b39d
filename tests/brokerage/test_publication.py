"""From when an outcome is read: against counting the days one by one."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from brokerage import publication

LONDON = ZoneInfo("Europe/London")
# Good Friday, Easter Monday, Christmas Day and the days in their place.
HOLIDAYS = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 28)}


def by_counting(agreed: datetime, concluded: datetime) -> datetime:
    """Walk hour by hour to the first four o'clock that is late enough for both."""
    local = agreed.astimezone(LONDON)
    day, working = local.date(), 0
    while working < 2:
        day += timedelta(days=1)
        working += day.weekday() < 5 and day not in HOLIDAYS
    soonest = datetime.combine(day, local.time(), LONDON)
    at = datetime.combine(local.date(), time(16), LONDON)
    while at < soonest or at < concluded.astimezone(LONDON):
        at = datetime.combine(at.date() + timedelta(days=1), time(16), LONDON)
    return at


@pytest.mark.parametrize(
    ("agreed", "concluded", "read"),
    [
        # A Monday at ten, concluded at once: Wednesday.
        ("2026-03-09T10:00Z", "2026-03-09T10:05Z", "2026-03-11T16:00Z"),
        # After four: Thursday.
        ("2026-03-09T16:00:01Z", "2026-03-09T16:05Z", "2026-03-12T16:00Z"),
        # Concluded later than that: the next four o'clock.
        ("2026-03-09T10:00Z", "2026-03-13T17:00Z", "2026-03-14T16:00Z"),
        # The Thursday before Easter: Tuesday and Wednesday work again. Summer time by then.
        ("2026-04-02T09:00Z", "2026-04-02T09:00Z", "2026-04-08T15:00Z"),
    ],
)
def test_in_words(agreed, concluded, read):
    given = [datetime.fromisoformat(one) for one in (agreed, concluded, read)]
    assert publication.read_from(given[0], given[1]) == given[2]


def test_the_same_by_counting():
    start, compared = datetime(2026, 3, 20, 0, 30, tzinfo=UTC), 0
    for hours in range(0, 24 * 30, 5):
        agreed = start + timedelta(hours=hours)
        for later in (0, 1, 47, 100):
            concluded = agreed + timedelta(hours=later)
            assert publication.read_from(agreed, concluded) == by_counting(agreed, concluded)
            compared += 1
    assert compared == 144 * 4
