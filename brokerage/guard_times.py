"""What only says when, or how much: hours, lists of days and hours, weeks, years, money.

Works on the plain text of guard_spelling once every date with a year is covered. Digits found here
are no part of a longer number. Every pattern's repeats are bounded.
"""

import re
from collections.abc import Iterable
from datetime import date

from brokerage.guard_dates import days_ahead

Spans = Iterable[tuple[int, int]]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_HOUR = r"(?:[01]?[0-9]|2[0-3])"
_CLOCK = rf"{_HOUR}[.:][0-5][0-9]"
_HALF = r"\s?(?:am|pm|a\.m\.?|p\.m\.?|hrs|h)?"
_TIMES = _pattern(
    rf"(?<![^\s(\[,;])(?:{_CLOCK}{_HALF}(?:\s?(?:-|/|to|and|or|until)\s?{_HOUR}(?:[.:][0-5][0-9])?)?"
    rf"|{_HOUR}{_HALF}\s?-\s?{_CLOCK}"
    r"|(?:[01][0-9]|2[0-3])[0-5][0-9](?:hrs)?\s?(?:-|to)\s?(?:[01][0-9]|2[0-3])[0-5][0-9])"
    r"(?![.:/\-]?[0-9])"
)
_WEEK = _pattern(r"(?<![a-z])(?:week|wk|year|yr)s?\s[0-9]{1,2}(?![0-9]|[./\-:][0-9])")
_THIS_YEAR = _pattern(r"(?<=[a-z]\s)(?P<year>20[0-9]{2})(?![^A-Za-z0-9]{0,3}[0-9])")
# A sum in pounds, and round thousands of anything: no number of a person's looks like these.
_MONEY = _pattern(
    r"(?:\xa3\s?[1-9][0-9]{0,2},[0-9]{3}(?:,000)?|(?<![0-9.,])[1-9][0-9]{0,2}(?:,000){1,2})"
    r"(?![^A-Za-z0-9]{0,3}[0-9])"
)
# Childline's number belongs to no family.
_HELPLINE = re.compile(r"(?<![0-9])0800\s?1111(?![^A-Za-z0-9]{0,8}[0-9])")

# One day, hour or stretch of hours, and several in a row: "9/12, 10/12 or 16/12", "30/11 1-4".
_FIVES = r"(?:[01][0-9]|2[0-3])[0-5][05]"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_TO_TWELVE = r"(?:1[0-2]|[1-9])"
_MOMENT = (
    rf"(?:{_DAY}/{_MONTH}(?![0-9/])|{_DAY}\.{_MONTH}\.(?![0-9])|{_FIVES}(?:/{_FIVES})?(?![0-9])"
    rf"|{_CLOCK}(?![0-9])|(?<![0-9]-){_TO_TWELVE}-{_TO_TWELVE}(?![0-9/.:\-]))"
)
_SEVERAL = _pattern(
    rf"(?<![A-Za-z0-9])(?:{_FIVES}/{_FIVES}|{_MOMENT}"
    rf"(?:(?:[\s,;&]|\s?-\s?|\s(?:and|or|to|till|until)\s)[\s,;&]{{0,2}}{_MOMENT}){{1,12}})"
    r"(?![^A-Za-z0-9]{0,8}[0-9])"
)
_A_DAY = re.compile(
    rf"(?<![0-9.:/])(?P<day>{_DAY})(?P<sign>[/.])(?P<month>{_MONTH})(?:(?<=/[0-9])|(?<=/[0-9][0-9])|\.)"
    r"(?![0-9])"
)
_A_STRETCH = re.compile(rf"(?<![0-9/.:\-]){_TO_TWELVE}-{_TO_TWELVE}(?![0-9/.:])")
_MOST_STRETCHES = 3
_DIGIT_JUST_BEFORE = re.compile(r"[0-9][^A-Za-z0-9]{0,8}$")


def says_when(text: str, today: date) -> Spans:
    """Yield where digits only say when, or how much, as read on a day."""
    for pattern in (_TIMES, _WEEK, _MONEY, _HELPLINE):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _THIS_YEAR.finditer(text):
        if today.year <= int(found["year"]) <= today.year + 1:
            yield found.span()
    for found in _SEVERAL.finditer(text):
        if _is_ahead_in_order(found, today):
            yield found.span()


def _is_ahead_in_order(found: re.Match[str], today: date) -> bool:
    """Return whether days stand in the order they come in; a number cut into pairs rarely does."""
    before = found.string[max(0, found.start() - 9) : found.start()]
    if _DIGIT_JUST_BEFORE.search(before) or len(_A_STRETCH.findall(found[0])) > _MOST_STRETCHES:
        return False
    days = [
        days_ahead(int(day["day"]), int(day["month"]), today) for day in _A_DAY.finditer(found[0])
    ]
    known = [day for day in days if day is not None]
    return len(known) == len(days) and known == sorted(known)
