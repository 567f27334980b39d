"""At what hour the one duty mail of a day goes out."""

from datetime import date, datetime, time

from shielding.clock import LONDON

HOUR = time(9)


def mail_hour(day: date) -> datetime:
    """Return 09:00 in London on a day: when the one mail of a day goes out."""
    return datetime.combine(day, HOUR, LONDON)
