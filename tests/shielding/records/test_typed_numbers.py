"""The fields for a record number: what is taken off, and what is said of a letter O."""

import pytest

from shielding.phone_numbers import phone_as_stored
from shielding.records.forms import O_FOR_ZERO, NumberTypedTwice, RecordNumberField
from shielding.web.fields import ORDINARY, Form

PASTED = "\ufeffCP\u00a01234\u20115678\u200b –"


class Search(Form):
    number = RecordNumberField(label="Record number")


class Twice(NumberTypedTwice):
    is_saved = False


def test_a_pasted_number_is_taken_and_may_be_longer_than_it_is():
    search = Search({"number": PASTED + "\u200b" * 40})
    assert search.is_valid()
    twice = Twice({"number": PASTED, "number_again": "cp-12345678"})
    assert twice.is_valid()
    assert search.cleaned_data["number"] == twice.values()["number"] == "CP12345678"


@pytest.mark.parametrize("typed", ["CP1234567O", " cp 1234 567\u043e"])
def test_a_letter_o_is_named_and_the_number_is_not_repeated(typed):
    forms = (Search({"number": typed}), Twice({"number": typed, "number_again": typed}))
    for form in forms:
        assert form.errors["number"] == [O_FOR_ZERO]
    assert typed.strip() not in str(forms[1])


def test_other_mistakes_are_said_as_before():
    for typed, said in (
        ("CP1234567I", "Enter a record number in the right form"),
        ("\u202eCP12345678", ORDINARY),
        ("\u200b", "Enter an answer: Record number"),
    ):
        assert Search({"number": typed}).errors == {"number": [said]}


def test_a_browser_leaves_the_number_alone_and_offers_it_to_nobody():
    for shown in (str(Search()), str(Twice())):
        assert 'spellcheck="false"' in shown
        assert 'translate="no"' in shown


def test_a_pasted_phone_number_is_stored_in_its_one_spelling():
    assert phone_as_stored("01632\u00a0960\u2212001") == "01632 960 001"
