"""The guard on texts written before it was mended, which are never changed to suit it."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from brokerage.guard import PASSED, QUESTIONED, REFUSED, inspect

TODAY = date(2026, 11, 22)
FOLDER = Path(__file__).parent
SENTENCES = ["{}", "We ask because {} and we are free on Monday."]


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


def test_of_200_fresh_honest_reasons_1_in_100_is_refused_and_10_are_questioned():
    texts = [line["text"] for line in lines("honest_reasons_of_november.jsonl")]
    assert len(set(texts)) == 200
    assert all(20 <= len(text) <= 300 for text in texts)
    said = Counter(inspect(text, TODAY).verdict for text in texts)
    assert said[REFUSED] <= 2
    assert said[QUESTIONED] <= 20


def test_of_344_tired_or_sly_spellings_95_in_100_are_caught():
    """Written with no pattern in hand, some beyond any machine ("Jayden needs help")."""
    evasions = lines("evasions.jsonl")
    assert len({(line["kind"], line["text"]) for line in evasions}) == 344
    for sentence in SENTENCES:
        passed = [
            line
            for line in evasions
            if inspect(sentence.format(line["text"]), TODAY).verdict == PASSED
        ]
        assert len(passed) <= 17, passed


def test_a_house_number_before_a_saint_is_no_postcode():
    assert inspect("at No. 9 St John's Close", TODAY).refused == ("address",)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("21 November", QUESTIONED),
        ("22 November", PASSED),
        ("12 March", PASSED),
        ("22 May", PASSED),
        ("1 June", QUESTIONED),
        ("29 February", PASSED),
        ("31 June", PASSED),
        ("24 December", PASSED),
    ],
)
def test_a_day_without_a_year_is_the_nearer_one(text, verdict):
    assert inspect(f"We spoke of {text}", TODAY).verdict == verdict
