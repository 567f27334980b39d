"""What time it is, and London's days as far as the logbook needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


# Ten years: the calendar of working days ends sooner.
MOST_DAYS_AHEAD = 3_650


def clock_now() -> datetime:
    """Return what time it is. Every act, page and task asks here, once, and passes it on.

    In the demo it may be moved on by whole days, of which every calendar of the product follows.
    """
    return both_clocks()[0]


def both_clocks() -> tuple[datetime, datetime]:
    """Return what time it is, and what time it really is, for what needs both.

    By one look at the demo's file: moved on between two looks, what was really now would lie a
    month back.
    """
    real = real_now()
    return real + timedelta(days=days_ahead()), real


def real_now() -> datetime:
    """Return what time it really is, also where the demo's clock was moved.

    For what guards the machine and the person at it, whom a moved clock would lock out or leave two
    of: how long a session lasts and a password is fresh, for how long one worker has a mail, when
    each task last looked, how long a wait is after too many tries. Links in mails are signed with
    the real time as well, by a library. Everything else is the process's time.
    """
    return timezone.now()


def really(moment: datetime) -> datetime:
    """Return what time it really was when the clock said this, as the clock stands now.

    For a look that writes nothing by it; else `both_clocks`.
    """
    return moment - timedelta(days=days_ahead())


def days_ahead() -> int:
    """Return by how many days the demo's clock was moved; none anywhere but in the demo.

    Its file holds that number and nothing else. One that holds anything else, or is gone, stops
    everything: to read it as none would put the clock back. `make run` writes one that is gone.
    """
    if not settings.DEMO_CLOCK:
        return 0
    try:
        text = Path(settings.DEMO_CLOCK).read_text()
    except FileNotFoundError:
        text = ""
    if not (text.isascii() and text.isdecimal()):
        raise ValueError("The file of DEMO_CLOCK holds no number of days.")
    return int(text)


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
