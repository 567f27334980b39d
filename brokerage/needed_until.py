"""Until when contact is needed: the usual day, how far ahead it may lie, when its end is near."""

from datetime import date, timedelta

from shielding import clock

# What the form is filled in with.
USUALLY = timedelta(days=14)
# Six months, as the form says.
MOST_MONTHS = 6
# So long before the last day of a contact its requester is told that it ends.
WARNED_BEFORE = timedelta(days=7)
TOO_FAR = "The date must be within six months from today"
PAST = "The date must be today or later"


def why_not(until: date | None, today: date) -> str:
    """Return what is wrong with the day until which contact is needed; "" where it may be sent.

    It is not in the past, and at most six calendar months after the day on which it is given.
    """
    if until is None or until < today:
        return PAST
    return TOO_FAR if until > clock.months_after(today, MOST_MONTHS) else ""
