"""The calendar of the process. The only place that knows days, months and London time.

`now` enters the program once per request or task and is passed on; nothing else asks the time.
"""

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
_A_DAY = timedelta(days=1)
# The table that comes with the package: nothing here asks the network. England's days are those
# of England and Wales.
_HOLIDAYS = frozenset(
    holiday["date"]
    for holiday in BankHolidays(use_cached_holidays=True).get_holidays(
        division=BankHolidays.ENGLAND_AND_WALES
    )
)


def today(now: datetime) -> date:
    """Return the London date of an instant: the day a person here would write on a form."""
    return now.astimezone(LONDON).date()


def end_of(day: date) -> datetime:
    """Return the midnight in London with which a day is over."""
    return datetime.combine(day + _A_DAY, time.min, LONDON)


def same_hour_on(day: date, now: datetime) -> datetime:
    """Return the moment at which clocks in London show on a day what they show now."""
    return datetime.combine(day, now.astimezone(LONDON).time(), tzinfo=LONDON)


def first_review_due(submitted_at: datetime) -> date:
    """Return when a request's own review is due: 7 calendar days after its London date.

    Process document: "all requests for shielding must be reviewed within seven days".
    """
    return today(submitted_at) + timedelta(days=settings.FIRST_REVIEW_DAYS)


def next_review_due(counted_from: date) -> date:
    """Return when a hold's next review is due: 6 calendar months on, clamped to the month's end.

    Process document: "and then regularly after that (six monthly)".
    """
    return months_after(counted_from, settings.REVIEW_MONTHS)


def review_after(due: date, answered_on: date | None) -> date:
    """Return when the review after one is due: 6 months from its due day, or its earlier answer.

    Silence and lateness count from the due day: neither moves the next one.
    """
    return next_review_due(min(due, answered_on or due))


def months_after(day: date, months: int) -> date:
    """Return the same day so many calendar months later, clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last_day))


def act_by(due: date) -> date:
    """Return the last working day on which what is due can be done: the due day itself, or before.

    The due day does not move; this only says when somebody is at work to keep it.
    """
    day = due
    while not is_working_day(day):
        day -= _A_DAY
    return day


def next_working_day(after: date) -> date:
    """Return the first working day after a day.

    By its end a phoned request is confirmed; from it on a record may be unshielded whose last
    source let go on that day.
    """
    day = after + _A_DAY
    while not is_working_day(day):
        day += _A_DAY
    return day


def working_days_after(day: date, count: int) -> date:
    """Return the working day that is so many working days after a day, which is not counted."""
    for _ in range(count):
        day = next_working_day(day)
    return day


def working_days_before(day: date, count: int) -> date:
    """Return the working day that is so many working days before a day, which is not counted."""
    for _ in range(count):
        day = act_by(day - _A_DAY)
    return day


def is_working_day(day: date) -> bool:
    """Return whether a day is no weekend and no bank holiday; beyond the table no weekend."""
    return day.isoweekday() <= 5 and day not in _HOLIDAYS


def holidays_known_until() -> date:
    """Return the last day of the table: after it only weekends are known."""
    return date(max(_HOLIDAYS).year, 12, 31)


def days_late(due: date, now: datetime) -> int:
    """Return by how many London days `now` is past `due`; 0 on the due day and before."""
    return max(0, (today(now) - due).days)
