"""What points at one child, family or place: numbers, addresses, dates. All of it is refused.

Works on the plain text of guard_spelling. What is found is covered with letters before the next
kind is looked for, so that one number has one name. Every pattern's repeats are bounded, or it is
a single class of characters: reading takes time in proportion to the length.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise

from stdnum.gb import nhs, upn

from brokerage import guard_dates
from brokerage.guard_addresses import addresses
from brokerage.guard_online import accounts, emails, handles, web_addresses
from brokerage.guard_times import says_when
from brokerage.guard_words import ACRONYMS, COUNTED, DIGIT_WORDS, POSTCODE_AREAS, SHORT_WORDS
from logbook.references import REFERENCE, as_reference

Spans = Iterable[tuple[int, int]]
_LONGEST_GAP = 8
_MANY_DIGITS = 8  # a short telephone number: then words between them say nothing
_WHOLE_NUMBER = 10  # as many as a whole one has: not "ext 4471 and 4472"
_MOST_GROUPS = 40
_MOST_DIGITS = 5  # six in a row identify


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_GAP = r"[^A-Za-z0-9]{0,3}"
_ALONE, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"

# -- what may stand, and would look like something else --------------------------------------------
_OWN_REFERENCE = re.compile(rf"{_ALONE}(?:{REFERENCE}){_END}")
_OWN_REFERENCE_RETYPED = _pattern(
    rf"{_ALONE}iw[\s-]{{0,2}}[2-9a-z]{{4}}[\s-]{{0,2}}[2-9a-z]{{4}}{_END}"
)
_STATUTE = _pattern(
    r"(?<![a-z])(?:acts?|guidance|together|kcsie|education|regulations?|code|framework|rules|order"
    r"|practice|procedures?|policy|strategy|standards)"
    r",?\s(?:of\s)?(?:19|20)[0-9]{2}(?:\s?(?:/|and|&|,|-)\s?(?:19|20)[0-9]{2}){0,3}(?![0-9])"
    r"|(?<![0-9])(?:19|20)[0-9]{2}\s(?:acts?|guidance|regulations?|framework|edition)(?![a-z])"
)

# -- what identifies -------------------------------------------------------------------------------
_LICENCE = _pattern(
    rf"{_ALONE}[a-z9]{{5}}{_GAP}[0-9]{_GAP}[0-9]{{5}}{_GAP}[a-z9]{{2}}{_GAP}[a-z0-9]{{3}}"
)
_NINO = _pattern(
    rf"{_ALONE}(?P<prefix>[a-z]{_GAP}[a-z])(?:{_GAP}[0-9]){{6}}(?!{_GAP}[0-9])(?P<end>{_GAP}[a-d]{_END})?"
)
_UPN = _pattern(rf"{_ALONE}[a-z](?:{_GAP}[0-9]){{11}}{_GAP}[0-9a-z]{_END}")
_POSTCODE = _pattern(
    rf"{_ALONE}(?P<area>[a-z]{{1,2}})(?P<gap>[^A-Za-z0-9]{{0,2}})(?P<district>[0-9oil][a-z0-9]?){_GAP}"
    rf"(?P<sector>[0-9oil])[^A-Za-z0-9]?(?P<unit>[abd-hjlnp-z]{{2}}){_END}"
    rf"|{_ALONE}gir{_GAP}[0o]aa{_END}|{_ALONE}bfpo\s?[0-9]{{1,4}}{_END}"
)
_PLATES = (
    _pattern(
        rf"{_ALONE}(?P<a>[a-z]{{2}})(?P<gap>{_GAP})(?:0[1-9]|[1-9][0-9]){_GAP}(?P<b>[a-z][a-z0]{{2}}){_END}"
    ),
    _pattern(rf"{_ALONE}(?P<a>[a-z])(?P<gap>)[0-9]{{1,3}}{_GAP}(?P<b>[a-z]{{3}}){_END}"),
    _pattern(rf"{_ALONE}(?P<b>[a-z]{{3}})(?P<gap>{_GAP})[0-9]{{2,3}}(?P<a>[a-z]){_END}"),
)
_PLATE_NAMED = _pattern(
    r"(?<![a-z])(?:reg|registration|reg no|plate|number plate|vehicle|car)\.?[\s:]{1,2}"
    r"(?:is\s|number\s|no\.?\s){0,2}[a-z]{1,3}\s?[0-9]{1,4}(?![a-z0-9])"
)
# An extension ("ext 4471") rings nowhere without the switchboard before it: it passes.
_SHORT_PHONE = _pattern(
    r"(?<![a-z])(?:tel|telephone|phone|mobile|mob|fax)[\s.:]{0,3}(?:no|number|is)?[\s.:]{0,3}"
    r"(?!(?:999|101|111|112|119|116)(?![0-9]))[0-9]{3,5}(?![0-9])"
)
_DIGITS = re.compile(r"[0-9]+")
_WORD = re.compile(r"[A-Za-z0-9']+")
# What is put between groups of digits so that they look like none: "07700x900123".
_WORD_BETWEEN = _pattern(
    r"[^a-z0-9]{0,3}(?:x{1,2}|then|and then|plus|slash|stroke|space|gap|dash|hyphen)[^a-z0-9]{0,3}"
    r"|[a-z]"
)
_AND_BETWEEN = _pattern(r"[^a-z0-9]{0,3}and[^a-z0-9]{0,3}")
_OTHER_REFERENCE = _pattern(
    r"(?<![a-z])(?:ref|reference|referral|case)(?:\s(?:no|number))?[\s:.]{1,2}"
    r"(?P<year>20[0-9]{2})[/\-][0-9]{3,5}(?![0-9]|[/\-][0-9])"
)
_INWARD = _pattern(r"(?<![a-z])post\s?code[\s:a-z]{1,20}\s[0-9][abd-hjlnp-z]{2}(?![a-z0-9])")


def identifying(decoded: str, plain: str, spelled: str, today: date) -> Iterator[str]:
    """Yield the kinds of what identifies in a text.

    `decoded` has digits for the letters that stand for them; `plain` has not, of the same length,
    because a postcode such as OL1 is itself made of such letters; `spelled` holds what was written
    letter by letter.
    """
    for kind, find in _FIRST:
        decoded, found = _take(decoded, find)
        if found:
            yield kind
    decoded = _cover(decoded, _matches(_STATUTE)(decoded))
    decoded, found = _take(decoded, lambda text: [m.span() for m in guard_dates.birth_dates(text)])
    if found:
        yield "birth_date"
    decoded, kinds = _without_dates(decoded, today)
    yield from kinds
    for kind, find in (*_WRITTEN, *_COUNTED_DIGITS):
        decoded, found = _take(decoded, find)
        if found:
            yield kind
    for text in (plain, spelled):
        for kind, find in _WRITTEN:
            if _take(text, find)[1]:
                yield kind


def _without_dates(text: str, today: date) -> tuple[str, set[str]]:
    """Return the text with everything that says when covered, and the kinds found in it."""
    judged = list(guard_dates.dates(text, today))
    kinds = {"date" for _, stands in judged if not stands}
    text = _cover(text, [found.span() for found, _ in judged])
    text, found = _take(text, lambda text: _other_references(text, today))
    kinds |= {"reference"} if found else set()
    text, found = _take(text, lambda text: guard_dates.past_years(text, today))
    kinds |= {"year"} if found else set()
    text, found = _take(text, lambda text: guard_dates.days_perhaps_past(text, today))
    kinds |= {"day"} if found else set()
    return _cover(text, says_when(text, today)), kinds


def without_own_references(text: str) -> str:
    """Return the text with the product's own references covered: they may stand."""
    return _cover(text, _own_references(text))


def _take(text: str, find: Callable[[str], Spans]) -> tuple[str, bool]:
    spans = list(find(text))
    return _cover(text, spans), bool(spans)


def _cover(text: str, spans: Spans) -> str:
    """Return the text with letters in place of what was found, so that it is not found again."""
    parts: list[str] = []
    end = 0
    for first, last in sorted(spans):
        if last > end:
            first = max(first, end)
            parts += [text[end:first], "x" * (last - first)]
            end = last
    return "".join([*parts, text[end:]])


def _matches(pattern: re.Pattern[str]) -> Callable[[str], Spans]:
    return lambda text: [found.span() for found in pattern.finditer(text)]


def _own_references(text: str) -> Spans:
    """The product's own references; retyped ones only with a letter, or any number would pass."""
    for found in _OWN_REFERENCE.finditer(text):
        yield found.span()
    for found in _OWN_REFERENCE_RETYPED.finditer(text):
        if as_reference(found[0]) and any(map(str.isalpha, found[0][2:])):
            yield found.span()


def _other_references(text: str, today: date) -> Spans:
    """References of another system that count within a year: "referral ref 2026/1187"."""
    for found in _OTHER_REFERENCE.finditer(text):
        if today.year - 1 <= int(found["year"]) <= today.year:
            yield found.span()


# -- what is written in letters and digits ---------------------------------------------------------
def _insurance_numbers(text: str) -> Spans:
    """Without its last letter it is one only if written like one: "on 123456" is a number."""
    for found in _NINO.finditer(text):
        if found["end"] or found["prefix"].isupper():
            yield found.span()


def _pupil_numbers(text: str) -> Spans:
    for found in _UPN.finditer(text):
        if upn.is_valid(re.sub(r"[^A-Za-z0-9]", "", found[0])):
            yield found.span()


def _postcodes(text: str) -> Spans:
    for found in _POSTCODE.finditer(text):
        if found["area"] is None or _is_postcode(found):
            yield found.span()
    yield from _matches(_INWARD)(text)


def _is_postcode(found: re.Match[str]) -> bool:
    known = found["area"].lower() in POSTCODE_AREAS
    inward = found["sector"] + found["unit"]
    if found["gap"] and not known:
        return False
    if not (found["sector"].isdigit() and found["district"][0].isdigit()):
        # A letter for a digit: "will let" must not be one.
        if (found["area"] + found["district"]).lower() == "no" and found["gap"] == "":
            return False  # "No. 9 St John's Close" is another kind
        real = any(map(str.isdigit, found["district"] + found["sector"])) or (
            "l" in found["district"][0] + found["sector"]
            and (found["area"] + found["unit"]).isupper()
        )
        return known and real and inward.lower() not in SHORT_WORDS - ACRONYMS
    if inward in {"1st", "2nd", "3rd"} or re.fullmatch(r"[04-9]th", inward):
        return known and len(found["area"] + found["district"]) > 2 and not found["gap"]
    return known or inward.lower()[1:] not in {"hr", "wk", "yr"}


def _plates(text: str) -> Spans:
    for pattern in _PLATES:
        for found in pattern.finditer(text):
            if _is_plate(found):
                yield found.span()
    for found in _PLATE_NAMED.finditer(text):
        yield found.span()


def _is_plate(found: re.Match[str]) -> bool:
    """Return whether letters around a number are no words: "in 12 may", "YR10 SEN"."""
    first, last = found["a"].lower(), found["b"].lower()
    if len(first) == 2 and not found["gap"]:
        written_like_one = (found["a"] + found["b"]).isupper()
        return first not in COUNTED and (written_like_one or last not in SHORT_WORDS)
    return not {first, last} & SHORT_WORDS


# -- rows of digits --------------------------------------------------------------------------------
def _rows(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield the groups of digits that stand together, with at most a few signs in between."""
    yield from _rows_joined_by(_joined, text)
    for joined, enough in ((_joined_by_a_word, _MANY_DIGITS), (_joined_by_and, _WHOLE_NUMBER)):
        for row in _rows_joined_by(joined, text):
            if sum(len(group[0]) for group in row) >= enough and len(row[0][0]) > 2:
                yield row


def _rows_joined_by(joined: Callable[[str], bool], text: str) -> Iterator[list[re.Match[str]]]:
    row: list[re.Match[str]] = []
    for group in _DIGITS.finditer(text):
        if row and not joined(text[row[-1].end() : group.start()]):
            yield row
            row = []
        row.append(group)
    if row:
        yield row


def _joined(gap: str) -> bool:
    return len(gap) <= _LONGEST_GAP and not any(map(str.isalpha, gap))


def _joined_by_a_word(gap: str) -> bool:
    return _joined(gap) or _WORD_BETWEEN.fullmatch(gap) is not None


def _joined_by_and(gap: str) -> bool:
    return _joined_by_a_word(gap) or _AND_BETWEEN.fullmatch(gap) is not None


def _long_rows(text: str) -> Iterator[list[re.Match[str]]]:
    for row in _rows(text):
        if sum(len(group[0]) for group in row) > _MOST_DIGITS and not _is_list(row):
            yield row


def _is_list(row: list[re.Match[str]]) -> bool:
    """Return whether small numbers are listed upwards, as in "sections 17, 20, 31, 47"."""
    numbers = [group[0] for group in row]
    gaps = [one.string[one.end() : other.start()] for one, other in pairwise(row)]
    return (
        all(len(number) < 3 and number[0] != "0" for number in numbers)
        and all(int(one) < int(other) for one, other in pairwise(numbers))
        and ", " in gaps
        and all(gap in {", ", "-", " - "} for gap in gaps)
    )


def _health_numbers(text: str) -> Spans:
    for row in _long_rows(text):
        if len(row) > _MOST_GROUPS:
            continue  # it is refused all the same, without trying every ten in it
        for first in range(len(row)):
            number, last = "", first
            while last < len(row) and len(number) < 10:
                number += row[last][0]
                last += 1
            if nhs.is_valid(number):
                yield row[first].start(), row[last - 1].end()


def _phones(text: str) -> Spans:
    for row in _long_rows(text):
        number = "".join(group[0] for group in row)
        before = text[max(0, row[0].start() - 2) : row[0].start()]
        if (
            (number[0] == "0" and 10 <= len(number) <= 14)
            or (number[:2] == "44" and 11 <= len(number) <= 13)
            or (number[0] == "7" and len(number) == 10)
            or "+" in before
        ):
            yield row[0].start(), row[-1].end()
    yield from _matches(_SHORT_PHONE)(text)


def _other_digits(text: str) -> Spans:
    for row in _long_rows(text):
        yield row[0].start(), row[-1].end()
    yield from _said_digits(text)


def _said_digits(text: str) -> Spans:
    """Digits written as words: "oh seven seven double oh nine", or partly: "07700 nine 00 123"."""
    row: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        said = word[0].isdigit() or word[0].lower() in DIGIT_WORDS
        if row and not (said and _joined(text[row[-1].end() : word.start()])):
            if _says_many(row):
                yield row[0].start(), row[-1].end()
            row = []
        if said:
            row.append(word)
    if row and _says_many(row):
        yield row[0].start(), row[-1].end()


def _says_many(row: list[re.Match[str]]) -> bool:
    written = sum(len(word[0]) for word in row if word[0].isdigit())
    spoken = sum(not word[0].isdigit() for word in row)
    return spoken > _MOST_DIGITS or bool(spoken and spoken + written >= _MANY_DIGITS)


_FIRST: tuple[tuple[str, Callable[[str], Spans]], ...] = (
    ("email", emails),
    ("web_address", web_addresses),
    ("handle", handles),
    ("account", accounts),
)
_WRITTEN: tuple[tuple[str, Callable[[str], Spans]], ...] = (
    ("driving_licence", _matches(_LICENCE)),
    ("insurance_number", _insurance_numbers),
    ("pupil_number", _pupil_numbers),
    ("postcode", _postcodes),
    ("registration", _plates),
)
_COUNTED_DIGITS: tuple[tuple[str, Callable[[str], Spans]], ...] = (
    ("nhs_number", _health_numbers),
    ("phone", _phones),
    ("digits", _other_digits),
    ("address", addresses),
)
