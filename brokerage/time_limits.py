"""The days and hours of brokerage: until when contact is needed, when silence counts, what is late.

When an outcome is read: publication.py.
"""

from datetime import date, datetime, time, timedelta

from shielding import clock

# What the form is filled in with.
USUALLY = timedelta(days=14)
# Six months, as the form says.
MOST_MONTHS = 6
# So long before the last day of a contact its requester is told that it ends.
WARNED_BEFORE = timedelta(days=7)
# An urgent call is read by a second member so soon after it was logged; the auditors’ page measures
# by the same (logbook/misuse/presenters.py, which lies below and cannot import it).
CALL_READ_WITHIN = timedelta(hours=24)
# So many working days ahead at least: no outcome is read sooner, so nothing could come of it.
LEAST_WORKING_DAYS = 4
TOO_FAR = "The date must be within six months from today"
TOO_SOON = (
    "The date must be at least four working days from today. If you need it sooner, phone the IW "
    "Team"
)


def why_not(until: date | None, today: date) -> str:
    """Return what is wrong with the day until which contact is needed; "" where it may be sent.

    It is at least four working days and at most six calendar months after the day on which it is
    given. Who needs it sooner phones the IW Team, and sends nothing.
    """
    if until is None or until < clock.working_days_after(today, LEAST_WORKING_DAYS):
        return TOO_SOON
    return TOO_FAR if until > clock.months_after(today, MOST_MONTHS) else ""


def silence_counts_from(asked_on: date) -> date:
    """Return from which day no answer may be recorded as such: the second working day."""
    return clock.next_working_day(clock.next_working_day(asked_on))


def silence_counts_before(now: datetime) -> datetime:
    """Return the moment before which a source was asked whose silence may be recorded now."""
    today = clock.today(now)
    day = today
    while silence_counts_from(day) > today:
        day -= timedelta(days=1)
    return datetime.combine(day + timedelta(days=1), time(), clock.LONDON)


def ends_soon_until(today: date) -> date:
    """Return the last of the days that are soon, for a request that ends by itself."""
    return clock.next_working_day(clock.next_working_day(today))
