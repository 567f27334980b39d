"""London's days, as far as the logbook needs them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def start_of(day: date) -> datetime:
    """Return the moment a day begins in London."""
    return datetime.combine(day, time.min, LONDON)


def london_day(moment: datetime) -> date:
    """Return the London date of a moment."""
    return moment.astimezone(LONDON).date()


def days_since(first: date, last: date) -> list[date]:
    """Return every day from the first to the last, both among them."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
