"""What time it is, and London's days as far as the logbook needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def clock_now() -> datetime:
    """Return what time it is. Every act, page and task asks here, once, and passes it on."""
    return timezone.now()


def start_of(day: date) -> datetime:
    """Return the moment a day begins in London."""
    return datetime.combine(day, time.min, LONDON)


def london_day(moment: datetime) -> date:
    """Return the London date of a moment."""
    return moment.astimezone(LONDON).date()


@dataclass(frozen=True)
class Days:
    """Whole days of London from the first to the last, both among them."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        return start_of(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after them."""
        return start_of(self.last + timedelta(days=1))

    @property
    def before(self) -> "Days":
        """As many days, up to the day before these."""
        return Days(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))

    @property
    def after(self) -> "Days":
        """As many days, from the day after these."""
        return Days(self.last + timedelta(days=1), self.last + timedelta(days=len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(len(self)))


def last_days(now: datetime, how_many: int) -> Days:
    """Return so many whole days and today as far as it has gone."""
    today = london_day(now)
    return Days(today - timedelta(days=how_many), today)


def typed(day: date) -> str:
    """Return a day as a person types it, and as it stands in an address."""
    return f"{day.day}/{day.month}/{day.year}"
