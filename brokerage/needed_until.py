"""How far ahead a requester may say that they need contact: the limit, and its words."""

from datetime import date

from shielding import clock

# Six months, as the form says.
MOST_MONTHS = 6
TOO_FAR = "The date must be within six months from today"
PAST = "The date must be today or later"


def why_not(until: date | None, today: date) -> str:
    """Return what is wrong with the day until which contact is needed; "" where it may be sent.

    It is not in the past, and at most six calendar months after the day on which it is given.
    """
    if until is None or until < today:
        return PAST
    return TOO_FAR if until > clock.months_after(today, MOST_MONTHS) else ""
