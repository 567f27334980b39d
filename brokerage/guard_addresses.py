"""Where somebody lives: a house number with a street's or a house's name, in any order.

Works on the plain text of guard_spelling. Every pattern's repeats are bounded.
"""

import re
from collections.abc import Iterable

from brokerage.guard_words import (
    COMMON_WORDS,
    COUNTED,
    COURTS,
    HOUSES,
    NO_SMALL_STREET_NAME,
    NO_STREET_NAME,
    NUMBER_WORDS,
    SERVICE_WORDS,
    STREETS,
    STREETS_AFTER_THE,
    STREETS_PERHAPS,
    STREETS_WRITTEN_SMALL,
)

Spans = Iterable[tuple[int, int]]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words))


_FLAT = _pattern(
    r"(?<![a-z])(?:flat|apartment|apt|plot|pitch|caravan|house n(?:o|umber))\.?\s?(?:no\.?\s?)?"
    rf"(?:[0-9]{{1,4}}[a-z]?|{NUMBER_WORDS}|[b-h])(?![0-9a-z])"
)
_LIVES_AT = _pattern(
    r"(?<![a-z])(?:lives?|living|stays?|staying|house|home|address)\s(?:is\s|at\s){1,2}"
    r"(?:no\.?|number|nr\.?)\s?[0-9]{1,4}[a-z]?(?![0-9a-z])"
)
_STREET_FIRST = _pattern(
    rf"(?<![a-z])(?:{_any_of(STREETS)}),?\s(?:no\.?|number|nr\.?)\s?[0-9]{{1,4}}[a-z]?(?![0-9a-z])"
)
# "Oak Road 12" with its capitals, and no hour or day: "Park Road 10.30", "Mill Lane 3 December".
_NUMBER_LAST = re.compile(
    r"(?<![A-Za-z])(?:[A-Z][A-Za-z']{1,20}\s){1,3}"
    rf"(?:{_any_of(name.title() for name in STREETS)}),?\s[0-9]{{1,4}}[a-z]?"
    r"(?![0-9A-Za-z]|[.:/\-][0-9]|\s?(?:am|pm|to|until)(?![a-z])"
    r"|\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))"
)
_LIVES_ON = _pattern(
    r"(?<![a-z])(?:lives?|living|stays?|staying|house|home|address)\s(?:is\s|at\s|on\s|in\s){1,2}"
    rf"(?:[a-z']{{1,20}}\s){{1,3}}(?:{_any_of(STREETS)}),?\s[0-9]{{1,4}}[a-z]?(?![0-9a-z])"
)
_HOUSE_NAMED = _pattern(
    r"(?<![a-z0-9])[0-9]{1,4}[a-z]?[\s,]{1,2}the\s(?:old\s|new\s|little\s|upper\s|lower\s)?"
    rf"(?:{_any_of(HOUSES)})(?![a-z])"
)
_HOUSE = _pattern(rf"[0-9]{{1,4}}[a-z]?|{NUMBER_WORDS}")
_WORD = re.compile(r"[A-Za-z0-9']+")
_NUMBER_RUN_ON = re.compile(r"(?<=[0-9])(?=[A-Za-z]{3})")


def addresses(text: str) -> Spans:
    """Yield where an address stands: "12 Oak Road", "Flat 2", "14, the old bakery"."""
    # "22park road" is read with the space it lacks; where it stands then no longer matters.
    text = _NUMBER_RUN_ON.sub(" ", text)
    words = list(_WORD.finditer(text))
    for place, word in enumerate(words):
        if _HOUSE.fullmatch(word[0]):
            before = words[place - 1][0].lower() if place else ""
            last = None if before in COUNTED else _street(text, words[place : place + 6])
            if last is not None and (word[0][0].isdigit() or _is_named(words[place : place + 3])):
                yield word.start(), last
    for pattern in (_FLAT, _LIVES_AT, _LIVES_ON, _STREET_FIRST, _NUMBER_LAST, _HOUSE_NAMED):
        for found in pattern.finditer(text):
            yield found.span()


def _street(text: str, words: list[re.Match[str]]) -> int | None:
    """Return where the street ends that follows a house number, or None where none does."""
    between: list[str] = []
    end = words[0].end()
    for word in words[1:]:
        if not re.fullmatch(r"[\s,.\-/(]{1,3}", text[end : word.start()]):
            return None
        if between and _ends_street(word[0], between):
            return word.end()
        if word[0].lower() in NO_STREET_NAME - ({"the"} if not between else set()):
            return None
        between.append(word[0])
        end = word.end()
    return None


def _is_named(words: list[re.Match[str]]) -> bool:
    """Return whether a number in words is of a house: "Twelve Oak", "twelve oak road"."""
    house, name, *last = (word[0] for word in words)
    return name.istitle() or (
        bool(last)
        and house.lower() != "one"
        and last[0].lower() in STREETS
        and name.lower() not in COMMON_WORDS | SERVICE_WORDS | NO_SMALL_STREET_NAME
    )


def _ends_street(word: str, between: list[str]) -> bool:
    small = word.lower()
    names = {name.lower() for name in between}
    if small in STREETS:
        return True
    if small not in STREETS_PERHAPS or (small == "court" and names & COURTS):
        return False
    if names == {"the"}:
        return word[0].isupper() and small in STREETS_AFTER_THE
    if word[0].isupper() and all(name[0].isupper() for name in between):
        return True
    return small in STREETS_WRITTEN_SMALL and len(names) < 3 and not names & NO_SMALL_STREET_NAME
