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


MENDED = {
    "web_address": [
        "t.me/janesmith",
        "m.me/jane.smith",
        "fb.me/jane",
        "goo.gl/maps",
        "linktr.ee/jane",
        "beacons.ai/jane",
        "janesmith.blog",
        "oakprimary.school",
        "school.wales",
    ],
    "handle": [
        "username: jsmith",
        "her username is jsmith",
        "gamer tag: Jane99",
        "find jane_smith_04 online",
        "Steam: jsmith",
        "twitch jsmith99",
        "Threads: janesmith",
        "X: janesmith",
        "on X as janesmith",
    ],
    "date": ["child, 3 4 14, needs a review", "child 14/4/3", "3rd/4th/14", "1-4/12/14", "3~4~14"],
    "birth_date": ["d.o.b 3_4_14"],
    "registration": ["YJ19 KX0"],
    "address": [
        "living at Oak Road 12",
        "they live at 12 (Oak Road)",
        "twelve oak road",
        "Oak Road 12",
        "see Queen Mary Avenue, 4a",
    ],
    "nhs_number": ["943 and 476 and 5919"],
    "phone": ["07700a900b123"],
    "pupil_number": ["H80l2OOOOlOOl"],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in MENDED.items() for text in texts]
)
def test_what_once_slipped_through_is_refused(kind, text):
    for sentence in ("{}", "We ask because {}, for now"):
        assert kind in inspect(sentence.format(text), TODAY).refused


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("username jsmith", "account"),
        ("find janesmith04", "account"),
        ("amina2014", "account"),
        ("4/14", "day"),
        ("a child, 04/14, in need of a review", "day"),
    ],
)
def test_what_may_be_somebody_s_is_asked_about(text, kind):
    assert inspect(text, TODAY).kinds == (kind,)


@pytest.mark.parametrize(
    "text",
    [
        "I can do 9/12, 10/12 or 16/12.",
        "On leave 21/12 - 4/1.",
        "Free Mon 30/11 1-4, not Tue.",
        "Wed 2/12, 9/12 and 16/12 pm suit me.",
        "30/11, 1/12",
        "2/12 & 9/12",
        "30/11 1300",
        "1-4/12/26",
        "0900/1330",
        "between 1000 and 1130 and 1300",
        "8-9, 12-1, 3-4",
        "\u00a3100,000",
        "Slots at 0900, 1100, 1330.",
        "Childline 0800 1111",
        "ext 4471 and 4472",
        "Child X: allocated to us",
        "steam, threads and a twitch; two bus lanes",
        "the school.he/she and the school.family agreed",
        "username and password reset",
        "since covid19, under section47 and regulation24, for year10",
        "absent from 4/15 sessions, week 4/14",
        "at Park Road 10.30 or 14:00",
    ],
)
def test_days_to_come_hours_and_sums_are_no_long_numbers(text):
    assert inspect(text, TODAY).verdict == PASSED


@pytest.mark.parametrize(
    "text",
    [
        "9/4 3/4 7/6 5/9 1/9",
        "9-4 3-4 7-6 5-9 1-9",
        "9-4-3-4-7-6-5-9-1-9",
        "16/12, 9/12, 2/12",
        "07700, 9/12, 10/12",
        "9/12, 10/12, 4471",
        "0800 1111 22",
        "\u00a3943,476,591",
        "0113 1400 1111",
        "9/11, 10/11",
    ],
)
def test_a_number_dressed_as_days_hours_or_sums_is_still_refused(text):
    assert inspect(text, TODAY).verdict == REFUSED


@pytest.mark.parametrize(
    "text",
    [
        "We must see Mohammed al-Rashid soon.",
        "We must see Amina van der Berg soon.",
        "We must see Ana de Souza soon.",
        "We must see Ali ibn Omar soon.",
        "Please ask Nurse Jones to come.",
        "The Social Worker Jones will come.",
        "They are registered at Oakwood Medical Centre.",
        "They are registered at Oakwood Health Centre.",
        "They come to Oakwood Children's Centre.",
        "He is 18mo now.",
    ],
)
def test_names_of_any_kind_and_what_is_named_after_them_are_asked_about(text):
    assert inspect(text, TODAY).verdict == QUESTIONED


@pytest.mark.parametrize(
    "text",
    [
        "The nurse and the social worker meet at the health centre on Monday.",
        "A health visitor asked the children's centre for a room.",
        "Ask the GP or the school nurse first.",
        "We go by the plan de facto agreed.",
    ],
)
def test_the_same_words_without_a_name_pass(text):
    assert inspect(text, TODAY).verdict == PASSED


@pytest.mark.parametrize(
    "text",
    [
        "See example (dot) com for it.",
        "See example[.]com for it.",
        "They live in ⒧⒮11 5⒬⒜.",
        "They live in 🅻🆂11 5🆀🅰.",
        "They live in 🇱🇸11 5🇶🇦.",
    ],
)
def test_an_address_in_signs_is_refused(text):
    assert inspect(text, TODAY).verdict == REFUSED
