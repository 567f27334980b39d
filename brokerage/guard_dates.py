"""Dates in free text: which tell of a birth or the past, and which only say when somebody is free.

Works on the plain text of guard_spelling. Every pattern's repeats are bounded, so that reading
takes time in proportion to the length, whatever is typed.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_DAY = r"(?<![0-9])(?P<day>[0-9]{1,2})"
_NTH = r"\s?(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)[0-9]{2})(?![0-9])"
_SHORT = r"(?P<year>[0-9]{2})(?![0-9])"
_SIGN = r"\s?(?P<sign>[./\-])\s?"
_ANY_SIGN = r"\s?(?P<sign>[./\-,:;_\\| ])\s?"
# A number after a month may be an hour or a count: "3 December 10am", "3 December 10 of us".
_NO_HOUR = (
    r"(?!\s?[.:,/\-]?[0-9]"
    r"|\s?(?:am|pm|a\.m|p\.m|noon|h|hrs?|hours?|o'clock|to|until|till|or|of"
    r"|people|minutes?|mins?|days?|weeks?|months?|years?|places?|children|staff)(?![a-z])|\s?[-&])"
)
# What is counted by signs like a date's: "Years 9/10/11", "paragraph 3.12.14".
_COUNTED = re.compile(
    r"(?<![a-z])(?:years?|yrs?|groups?|classes|key stages?|ks|para(?:graph)?s?|sections?|s|clauses?"
    r"|version|chapters?|pages?|regulations?|weeks?|wks?|sessions?|groups of)\.?\s{0,2}$",
    re.IGNORECASE,
)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_WHOLE = (
    _pattern(rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}}){_ANY_SIGN}(?P<month>[0-9]{{1,2}})"
             r"\s?(?P=sign)\s?(?P<day>[0-9]{1,2})(?![0-9])"),
    _pattern(rf"{_DAY}{_ANY_SIGN}(?P<month>[0-9]{{1,2}})\s?(?P=sign)\s?{_YEAR}"),
    _pattern(rf"(?<![0-9.:/\-]){_DAY}{_SIGN}(?P<month>[0-9]{{1,2}})\s?(?P=sign)\s?{_SHORT}"
             r"(?![.:/\-][0-9])"),
    # "1-4/12/26", "3 4 14" and "3_4_14" by themselves, "14/4/3", "3rd/4th/14"
    _pattern(rf"(?<![0-9.:/\-])[0-9]{{1,2}}\s?-\s?{_DAY}(?P<sign>[./])(?P<month>[0-9]{{1,2}})"
             rf"(?P=sign){_SHORT}(?![.:/\-][0-9])"),
    _pattern(rf"(?<![0-9][^a-z0-9]){_DAY}(?P<sign>[ _~*=|\\])(?P<month>[0-9]{{1,2}})"
             rf"(?P=sign){_SHORT}{_NO_HOUR}(?![^a-z0-9]{{0,3}}[0-9])"),
    _pattern(r"(?<![0-9.:/\-])(?P<year>[0-9]{2})/(?P<month>[0-9]{1,2})/(?P<day>[0-9])"
             r"(?![0-9]|[.:/\-][0-9])"),
    _pattern(rf"{_DAY}(?:st|nd|rd|th)(?:\s?[./\- ]\s?|\sof the\s)(?P<month>[0-9]{{1,2}})"
             rf"(?:st|nd|rd|th)\s?[./,\- ]\s?(?P<year>(?:19|20)?[0-9]{{2}})(?![0-9]){_NO_HOUR}"),
    _pattern(rf"{_DAY}{_NTH}[\s./,\-]{{0,2}}(?:day\s)?(?:of\s)?{_MONTH}[\s./,'\-]{{0,3}}(?:of\s)?{_YEAR}"),
    _pattern(rf"{_DAY}{_NTH}[\s./,\-]{{0,2}}(?:of\s)?{_MONTH}[\s,]{{0,2}}'\s?{_SHORT}"),
    _pattern(rf"{_DAY}(?P<sign>[./\-]?){_MONTH}(?P=sign){_SHORT}{_NO_HOUR}"),
    _pattern(rf"{_DAY}{_NTH}\s?(?:of\s)?{_MONTH}[\s.,]{{1,2}}{_SHORT}{_NO_HOUR}"),
    _pattern(rf"(?<![a-z]){_MONTH}[\s./\-]{{0,2}}(?:the\s)?{_DAY}{_NTH}[\s,./\-]{{1,3}}'?{_YEAR}"),
    _pattern(rf"(?<![a-z]){_MONTH}[\s./\-]{{0,2}}(?:the\s)?{_DAY}{_NTH},?\s?'\s?{_SHORT}"),
)  # fmt: skip
_MONTH_AND_YEAR = (
    _pattern(rf"(?<![a-z]){_MONTH}[\s,.'/\-]{{0,3}}(?:of\s)?{_YEAR}"),
    _pattern(rf"(?<![a-z]){_MONTH}\s?['/\-]\s?{_SHORT}{_NO_HOUR}"),
    _pattern(rf"(?<![a-z0-9])(?P<year>(?:19|20)[0-9]{{2}})[\s,]{{1,2}}{_MONTH}"),
    _pattern(rf"(?<![0-9./\-])(?P<month>[0-9]{{1,2}})[/.\-]{_YEAR}(?![/.\-][0-9])"),
    _pattern(r"(?<![0-9./\-])(?P<year>(?:19|20)[0-9]{2})[/.\-](?P<month>0[1-9]|1[0-2])"
             r"(?![0-9]|[/.\-][0-9])"),
)  # fmt: skip
_SCHOOL_YEAR = _pattern(
    r"(?<![0-9./\-])(?P<year>(?:19|20)[0-9]{2})\s?[/\-]\s?(?:20)?(?P<next>[0-9]{2})(?![0-9]|[/.\-][0-9])"
)
_SINCE = _pattern(
    r"(?<![a-z])(?:in|since|during|before|after|until|till|from|around|circa|late|early|mid|spring"
    r"|summer|autumn|winter|christmas|easter|back in|end of|start of|year of)[\s-]"
    r"(?:about\s|the year\s|around\s)?"
    rf"{_YEAR}(?!\s(?:act|acts|guidance|regulations?|edition|version|order|rules|code|framework"
    r"|plan|scheme|policy|statutory)(?![a-z]))(?![/\-][0-9])"
)
_SPELLED_YEAR = _pattern(
    rf"(?:(?<=in )|(?<=since )|(?<=born )|{_MONTH},? (?:of )?)"
    r"twenty[ -](?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty)(?![a-z ]{0,2}(?:minutes?|mins?|sessions?|days?|weeks?|hours?))(?![a-z])"
    r"|two thousand (?:and )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)(?![a-z])"
)
_BIRTH = _pattern(
    r"(?<![a-z])(?:born|d\.?\s?o\.?\s?b\.?|dates?[\s-]of[\s-]birth|birth[\s-]?da(?:te|y)s?"
    r"|birth[\s-]year|year[\s-]of[\s-]birth"
    r"|b(?=[.:]\s?[0-9]))"
    r"[\s:;.,=()\-]{0,4}(?:(?:is|was|in|on|at|the|about|around|circa|c|year|of|mid|late|early)"
    r"[\s:.]{1,2}){0,3}"
    r"(?:the\s)?(?:[0-9]{1,2}\s?(?:st|nd|rd|th)(?![a-z])|[0-9]{1,2}\s?[./\- _~*=|\\]\s?[0-9]"
    r"|(?:19|20)[0-9]{2}|'[0-9]{2}|(?:[0-9]{1,2}\s?(?:of\s)?)?" + _MONTH + r")[0-9a-z./\-, ']{0,16}"
)

_FIRST_TO_31ST = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth"
    "|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth"
)
_DAY_AND_MONTH = (
    _pattern(rf"{_DAY}{_NTH}[\s./,\-]{{0,2}}(?:day\s)?(?:of\s)?{_MONTH}(?!\shalf)"),
    _pattern(rf"(?<![a-z]){_MONTH}\s(?:the\s)?{_DAY}{_NTH}(?![a-z0-9]){_NO_HOUR}"),
)
# A month before a day or a year, as in "4/14": no day can come after the twelfth month.
_MONTH_FIRST = re.compile(
    r"(?<![0-9./:\-])(?:0?[1-9]|1[0-2])/(?:1[3-9]|2[0-9]|3[01])"
    r"(?![0-9]|[./:\-][0-9]|\s(?:of|days?|lessons?|sessions?|visits?|weeks?)(?![a-z]))"
)
_DAY_IN_WORDS = _pattern(
    rf"(?<![a-z])(?:(?:twenty|thirty)[\s-])?(?:{_FIRST_TO_31ST})\s(?:of\s)?{_MONTH}"
)
_BARE_YEAR = _pattern(
    r"(?<=[a-z]\s)(?P<year>(?:19|20)[0-9]{2})(?!\s?(?:hrs?|hours|-)(?![a-z])|[.:,/\-]?[0-9])"
)

Judge = Callable[[re.Match[str], date], bool | None]


def birth_dates(text: str) -> Iterator[re.Match[str]]:
    """Yield what is given as somebody's day or year of birth, past or not."""
    return _BIRTH.finditer(text)


def dates(text: str, today: date) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield every date with whether it may stand: it lies within the year that begins today.

    What could be read day first or month first, or in two centuries, is read day first and in this
    one. A date without a year is left to `days_perhaps_past`.
    """
    judges: tuple[tuple[tuple[re.Pattern[str], ...], Judge], ...] = (
        (_WHOLE, _whole),
        ((_SCHOOL_YEAR,), _school_year),
        (_MONTH_AND_YEAR, _month_and_year),
        ((_SPELLED_YEAR,), lambda _found, _today: False),
    )
    for patterns, judge in judges:
        for pattern in patterns:
            for found in pattern.finditer(text):
                stands = judge(found, today)
                if stands is not None:
                    yield found, stands


def past_years(text: str, today: date) -> Iterator[tuple[int, int]]:
    """Yield where a year stands that is past, or far ahead, and by itself no day of birth."""
    for pattern in (_SINCE, _BARE_YEAR):
        for found in pattern.finditer(text):
            if not today.year <= int(found["year"]) <= today.year + 1:
                yield found.span()


def days_perhaps_past(text: str, today: date) -> Iterator[tuple[int, int]]:
    """Yield days without a year that were not long ago, or are written in words or month first.

    "3 December" in November is when somebody is free; "21 November", the day after, is most likely
    past. In between the nearer of the two is meant.
    """
    for pattern in _DAY_AND_MONTH:
        for found in pattern.finditer(text):
            if _was_nearer(int(found["day"]), _month_of(found), today):
                yield found.span()
    for found in _DAY_IN_WORDS.finditer(text):
        yield found.span()
    for found in _MONTH_FIRST.finditer(text):
        if not _COUNTED.search(text, max(0, found.start() - 16), found.start()):
            yield found.span()


def days_ahead(day: int, month: int, today: date) -> int | None:
    """Return in how many days such a day is, or None if it was nearer or is none."""
    ahead, ago = _distances(day, month, today)
    return min(ahead) if ahead and not _was_nearer(day, month, today) else None


def _was_nearer(day: int, month: int, today: date) -> bool:
    """Return whether such a day lies a shorter time ago than ahead; never for one that is none."""
    ahead, ago = _distances(day, month, today)
    return bool(ago) and (not ahead or min(ago) < min(ahead))


def _distances(day: int, month: int, today: date) -> tuple[list[int], list[int]]:
    said = [
        date(year, month, day)
        for year in range(today.year - 1, today.year + 2)
        if 0 < day <= calendar.monthrange(year, month)[1]
    ]
    ahead = [(one - today).days for one in said if one >= today]
    ago = [(today - one).days for one in said if one < today]
    return ahead, ago


def _whole(found: re.Match[str], today: date) -> bool | None:
    if _COUNTED.search(found.string, max(0, found.start() - 16), found.start()):
        return None
    year, month, day = _year_of(found), _month_of(found), int(found["day"])
    for first, second in ((month, day), (day, month)):
        try:
            said = date(year, first, second)
        except ValueError:
            continue
        return _within(said, said, today)
    return None


def _month_and_year(found: re.Match[str], today: date) -> bool | None:
    year, month = _year_of(found), _month_of(found)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return _within(date(year, month, 1), date(year, month, last), today)


def _school_year(found: re.Match[str], today: date) -> bool | None:
    """2026/27 is a school year, while 2026-12 is a month and 2024-31 is nothing."""
    year = int(found["year"])
    if int(found["next"]) != (year + 1) % 100:
        return None
    return today.year - 1 <= year <= today.year + 1


def _within(first: date, last: date, today: date) -> bool:
    """Return whether a day, or any day of a month, lies within the year that begins today."""
    return last >= today and first <= today + timedelta(days=366)


def _year_of(found: re.Match[str]) -> int:
    year = int(found["year"])
    return year if year > 99 else 2000 + year


def _month_of(found: re.Match[str]) -> int:
    said = found["month"].lower()
    if said.isdigit():
        return int(said)
    return next(number for name, number in _MONTHS.items() if name.startswith(said[:3]))
