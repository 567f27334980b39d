"""What holds of the guard for any text whatever, and how long it takes to read one."""

import re
from collections.abc import Iterator
from datetime import date
from re import _constants as constants
from re import _parser as parser
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from brokerage import (
    guard_addresses,
    guard_dates,
    guard_identifiers,
    guard_names,
    guard_online,
    guard_spelling,
    guard_times,
)
from brokerage.guard import KINDS, PASSED, QUESTIONED, REFUSED, REFUSED_KINDS, inspect
from brokerage.guard_spelling import normalise, plainly, spelled_out

TODAY = date(2026, 11, 22)
MOST_REPEATS = 64
PARTS = [
    "0", "O", "o", "I", "l", "|", "1", "7", "12", "3/12/2014", "07700", "SW1A", "1AA", "Mr", "Jade",
    "Smith",
    "born", "March", "2014", "IW-7KQ4-M2XD", "@", ".", "-", " ", "\n", "'", "\u200b",
    "\u202e",
    "\u00bd", "\uff11", "\u0661", "\ud800", "\x00", "\u0301", "road", "school", "ſ", "İ", "OCT",
]  # fmt: skip
texts = some.one_of(
    some.text(),
    some.lists(some.sampled_from(PARTS), max_size=40).map("".join),
    some.lists(some.sampled_from(PARTS), max_size=40).map(" ".join),
)
at_leisure = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@at_leisure
@given(texts)
def test_any_text_has_a_verdict_that_follows_from_its_kinds(text):
    found = inspect(text, TODAY)
    assert list(found.kinds) == [kind for kind in KINDS if kind in found.kinds]
    assert found.refused + found.questioned == found.kinds
    expected = REFUSED if set(found.kinds) & set(REFUSED_KINDS) else QUESTIONED
    assert found.verdict == (expected if found.kinds else PASSED)


@at_leisure
@given(texts)
@example("1 O O I Il 7")
@example("7.O O ll.O")
@example("AoO0")
def test_normalising_twice_is_normalising_once(text):
    once = normalise(text)
    assert normalise(once) == once
    assert len(plainly(text)) == len(once)
    assert plainly(plainly(text)) == plainly(text)


@at_leisure
@given(texts, some.sampled_from(["07700 900123", "SW1A 1AA", "12 March 2014", "a@example.com"]))
def test_nothing_around_it_hides_an_identifier(text, identifier):
    assert inspect(f"{text}\n\n. {identifier} .\n\n{text}", TODAY).verdict == REFUSED


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in (
        guard_addresses,
        guard_dates,
        guard_identifiers,
        guard_names,
        guard_online,
        guard_spelling,
        guard_times,
    ):
        yield from patterns_of(module)


def patterns_of(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        for pattern in value if isinstance(value, tuple) else (value,):
            if isinstance(pattern, re.Pattern):
                yield f"{module.__name__}.{name}", pattern


def repeats(parsed: Any) -> Iterator[int]:
    """Yield how often each repeat in a pattern may be taken at most, nested ones multiplied."""
    for operation, given_to in parsed:
        if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            _, most, inner = given_to
            yield int(most)
            yield from (int(most) * further for further in repeats(inner) if further > 1)
        elif isinstance(given_to, tuple):
            for part in given_to:
                if isinstance(part, parser.SubPattern):
                    yield from repeats(part)
                elif isinstance(part, list):
                    for branch in part:
                        if isinstance(branch, parser.SubPattern):
                            yield from repeats(branch)


def is_one_class(pattern: re.Pattern[str]) -> bool:
    return re.fullmatch(r"(?:\[[^\]]+\]|\\S)\+", pattern.pattern) is not None


@pytest.mark.parametrize(("name", "pattern"), list(patterns()))
def test_every_repeat_is_bounded_so_that_time_grows_with_the_length(name, pattern):
    """A search of a bounded pattern looks at a bounded stretch from each place: linear."""
    parsed = parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE)
    assert is_one_class(pattern) or max([1, *repeats(parsed)]) <= MOST_REPEATS


def test_the_bound_would_find_an_unbounded_repeat():
    assert max(repeats(parser.parse(r"(?:a+b)*"))) > MOST_REPEATS
    assert max(repeats(parser.parse(r"(?<!a)x(?=b{2,100})"))) == 100
    assert len(list(patterns())) > 40


@pytest.mark.parametrize(
    "part",
    ["a", "1", "1 ", "O", "O ", "a.", "a@", "@", "A ", "Aa ",
     "12 a ", "1/", "-", "one ", "mar ",
     "\u0301",
     "07700x", "1 then ", "snap: ", "a on insta ", "a.A", "A_", "AaA", "1 one ", "for A ",
     "born ", "s", "IW-", "1. ", "snap ", "12 Oak Oak Oak ", "(((", "Mr ", "school ", "ab1 ", "a1"],
)  # fmt: skip
def test_a_text_of_any_length_is_read(part):
    """Not timed: what bounds the time is shown above; this is the whole, with long rows in it."""
    assert inspect(part * (20_000 // len(part)), TODAY).verdict in {REFUSED, QUESTIONED, PASSED}


def test_what_is_spelled_letter_by_letter_is_read_both_ways():
    assert spelled_out("S W 1 A 1 A A") == "SW1A1AA\nSW1A1AA"
    assert spelled_out("x J-W-I-O-4-6-4-9-B yes").splitlines()[-1].endswith("104649B")
    assert spelled_out("a b c d") == ""
