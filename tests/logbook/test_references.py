"""References: their form, their alphabet, and how people type them."""

import re

import pytest

from logbook.references import (
    ALPHABET,
    LETTER_NOT_USED,
    NO_REFERENCE,
    REFERENCE,
    as_reference,
    is_reference,
    new_reference,
    why_no_reference,
)


def test_a_new_reference_has_the_one_form():
    made = {new_reference() for _ in range(2_000)}
    assert len(made) == 2_000
    assert all(re.fullmatch(r"IW-[2-9A-Z]{4}-[2-9A-Z]{4}", reference) for reference in made)
    assert all(map(is_reference, made))


def test_every_letter_is_used_and_none_that_is_mistaken_for_another():
    used = set("".join(new_reference()[3:].replace("-", "") for _ in range(2_000)))
    assert used == set(ALPHABET)
    assert not set("01ILOU") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET))


@pytest.mark.parametrize(
    "text",
    ["", "IW-7KQ4-M2XO", "IW-7KQ4-M2X", "IW-7KQ4-M2XDD", "iw-7KQ4-M2XD", "IW-7KQ4-M2XD\n",
     " IW-7KQ4-M2XD", "SV-7KQ4", "CP00000001", "IW_7KQ4_M2XD", "IW-7KQ4-M2XD/.."],
)  # fmt: skip
def test_anything_else_is_no_reference(text):
    assert not is_reference(text)


@pytest.mark.parametrize(
    "typed",
    ["IW-7KQ4-M2XD", "iw-7kq4-m2xd", " IW 7KQ4 M2XD ", "IW7KQ4M2XD", "iw - 7kq4 - m2xd\n",
     "\ufeffIW‑7KQ4‑M2XD\u200b", "IW–7KQ4—M2XD", "IW\u00a07KQ4\u00a0M2XD –",
     "IW\u22127KQ4\u00adM2XD"],
)  # fmt: skip
def test_a_reference_is_read_however_it_was_typed(typed):
    assert as_reference(typed) == "IW-7KQ4-M2XD"


@pytest.mark.parametrize(
    "typed", ["", "7KQ4-M2XD", "IW-7KQ4-M2XO", "CP00000001", "IW-7KQ4-M2XD\x00", "IW-7KQ4-M2XD‮"]
)
def test_nothing_else_is_read_as_one(typed):
    assert as_reference(typed) == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("IW-7KQ4-M2XO", LETTER_NOT_USED),
        ("iw 7kq4 m2x0", LETTER_NOT_USED),
        ("IW-7KQ4-M2X\u041e", LETTER_NOT_USED),
        ("IW-7KQ4-M2X", NO_REFERENCE),
        ("CP00000001", NO_REFERENCE),
        ("IW-7KQ4-M2X!", NO_REFERENCE),
    ],
)
def test_a_letter_that_references_do_not_have_is_named(typed, said):
    assert why_no_reference(typed) == said


def test_the_pattern_fits_an_address():
    assert "/" not in REFERENCE
    assert not REFERENCE.startswith("^")
