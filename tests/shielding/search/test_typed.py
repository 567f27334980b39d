"""What was typed into the search box is told apart by its form alone."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from shielding.records import number
from shielding.search.typed import Kind, kind_of


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("IW-7KQ4-M2XD", Kind.REFERENCE),
        (" iw 7kq4 m2xd", Kind.REFERENCE),
        ("IW-7284-M2X", Kind.MISTYPED),
        ("IW-7KQ4-M2XDD", Kind.MISTYPED),
        ("IW-7KO4-M2XD", Kind.MISTYPED),
        ("iw-abcd-efg", Kind.MISTYPED),
        ("Iwan Price", Kind.NAME),
        ("Iwanowski", Kind.NAME),
        ("CP12345678", Kind.NUMBER),
        ("cp 1234 5678", Kind.NUMBER),
        ("CP1234567", Kind.NUMBER),
        ("943 476 5919", Kind.NUMBER),
        ("01632 960 001", Kind.NUMBER),
        ("j.smith1984@council.example", Kind.NAME),
        ("1234567890@council.example", Kind.NAME),
        ("Unit 2001", Kind.NAME),
        ("Ann Example", Kind.NAME),
        ("Smith-Jones", Kind.NAME),
    ],
)
def test_what_was_typed(typed, kind):
    assert kind_of(typed) == kind


def test_a_short_number_of_another_council_is_one_and_a_name_never(settings):
    settings.RECORD_NUMBER_PATTERN = r"[A-Z0-9]{5}"
    assert kind_of("A12BC") == Kind.NUMBER
    assert kind_of("Smith") == Kind.NAME


def test_what_could_be_both_is_no_reference(settings):
    """A number is looked up for a reason alone: better a question too many."""
    settings.RECORD_NUMBER_PATTERN = r"IW[0-9]{4}[A-Z]{4}"
    assert kind_of("IW-7284-ABCD") == Kind.NUMBER


@pytest.mark.parametrize("pattern", [r"IW\d{8}", r"[A-Z0-9]{10}", r"[A-Z]{2}\w+"])
def test_numbers_that_could_be_references_stop_the_start(settings, pattern):
    settings.RECORD_NUMBER_PATTERN = pattern
    with pytest.raises(ImproperlyConfigured, match="RECORD_NUMBER_PATTERN"):
        number.check_pattern()


def test_the_usual_numbers_do_not(settings):
    for pattern in (settings.RECORD_NUMBER_PATTERN, r"\d{6,10}", r"IW\d{7}"):
        settings.RECORD_NUMBER_PATTERN = pattern
        number.check_pattern()
