"""When requester and line manager read how an access request ended: a four o'clock in London."""

from datetime import date, datetime, time, timedelta

from brokerage.models import AccessRequest
from shielding import clock

HOUR = time(16)


def read_from(agreed_at: datetime, concluded_at: datetime) -> datetime:
    """Return from when a requester reads the outcome of brokerage: a 16:00 in London.

    The first one at least two working days after the line manager agreed, and after the IW Team
    concluded: so a quick end and a slow one look alike for a record that is shielded and for one
    that nobody knows.
    """
    agreed = agreed_at.astimezone(clock.LONDON)
    second_day = clock.next_working_day(clock.next_working_day(agreed.date()))
    earliest = max(
        datetime.combine(second_day, agreed.time(), clock.LONDON),
        concluded_at.astimezone(clock.LONDON),
    )
    return next_hour(earliest)


def next_hour(moment: datetime) -> datetime:
    """Return the first 16:00 in London at a moment or after it."""
    there = moment.astimezone(clock.LONDON)
    at_four = datetime.combine(there.date(), HOUR, clock.LONDON)
    if at_four < there:
        at_four = datetime.combine(there.date() + timedelta(days=1), HOUR, clock.LONDON)
    return at_four


def of_lapsed(needed_until: date) -> datetime:
    """Return from when it is read that a request was not answered in time: a 16:00 in London.

    The first one after the day until which it was needed, whoever had it and whatever the record.
    """
    return datetime.combine(needed_until + timedelta(days=1), HOUR, clock.LONDON)


def of(access: AccessRequest, now: datetime) -> datetime:
    """Return from when requester and manager read the outcome, if it is concluded at `now`."""
    return read_from(access.manager_decided_at or now, now)
