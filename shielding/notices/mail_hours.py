"""At what hour the one duty mail of a day goes out, and when members of the IW Team are at work."""

from datetime import date, datetime, time

from shielding.clock import LONDON, is_working_day, next_working_day, today

HOUR = time(9)
BEGINS, ENDS = time(8), time(18)


def mail_hour(day: date) -> datetime:
    """Return 09:00 in London on a day: when the one mail of a day goes out."""
    return datetime.combine(day, HOUR, LONDON)


def at_work(now: datetime) -> datetime:
    """Return when a member of the IW Team is at work: now, or at the next 08:00 of a working day.

    From 08:00 on, and until it is 18:00, in London.
    """
    day, hour = today(now), now.astimezone(LONDON).time()
    if is_working_day(day) and BEGINS <= hour < ENDS:
        return now
    if not is_working_day(day) or hour >= ENDS:
        day = next_working_day(day)
    return datetime.combine(day, BEGINS, LONDON)
