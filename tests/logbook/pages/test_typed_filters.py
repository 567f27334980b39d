"""What is pasted into the filters of the logbook, and what a browser must leave alone there."""

from datetime import date

import pytest
from django import forms

from logbook.pages.filters import DayField, ReferenceField


def test_what_came_along_is_taken_off():
    assert DayField().clean("\u200b27/3/2026\u00a0") == date(2026, 3, 27)
    assert ReferenceField().clean("\ufeffiw\u20117kq4\u2011m2xd\u00a0") == "IW-7KQ4-M2XD"
    assert ReferenceField(required=False).clean("\u200b –") == ""


def test_a_letter_that_references_do_not_have_is_named():
    with pytest.raises(forms.ValidationError, match="has no O, 0, 1, I, L or U"):
        ReferenceField().clean("IW-7KQ4-M2XO")


def test_a_browser_leaves_days_and_references_alone():
    for field in (DayField(), ReferenceField()):
        assert field.widget.attrs["spellcheck"] == "false"
        assert field.widget.attrs["translate"] == "no"
