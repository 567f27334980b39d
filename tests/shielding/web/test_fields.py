"""Every kind of field answers bad input with one sentence, and never repeats what was typed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shielding.web.fields import (
    ORDINARY,
    BareTextField,
    DayAndTimeField,
    DayMonthYearField,
    EmailAddressField,
    Form,
    PlainTextField,
)

IMPOSSIBLE = "Enter a real date, for example 27 3 2026"


class Everything(Form):
    text = PlainTextField(label="Your team", max_length=10)
    email = EmailAddressField(label="Email")
    on = DayMonthYearField(label="Date", error_messages={"required": "Enter the date"})
    one = forms.ChoiceField(label="Who asked?", choices=[("a", "A")], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(label="Which", choices=[("a", "A"), ("b", "B")])
    sure = forms.BooleanField(label="No case information")


GOOD = {
    "text": "Team",
    "email": "someone@council.example",
    "on_day": "27",
    "on_month": "3",
    "on_year": "2026",
    "one": "a",
    "many": ["a"],
    "sure": "on",
}


def said(**changes: object) -> dict[str, list[str]]:
    """Return the messages for good answers with these changed."""
    return Everything(GOOD | changes).errors


def test_good_answers_are_taken_as_meant():
    form = Everything(GOOD)
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 3, 27)


def test_each_empty_field_has_one_sentence_that_names_it():
    assert Everything({}).errors == {
        "text": ["Enter an answer: Your team"],
        "email": ["Enter an answer: Email"],
        "on": ["Enter the date"],
        "one": ["Select an answer: Who asked"],
        "many": ["Select an answer: Which"],
        "sure": ["Tick to confirm: No case information"],
    }


@pytest.mark.parametrize(
    "bad",
    ["a\x00b", "a\u202eb", "a\u200bb", "a\u2066b", "\ufeffab", "a\tb", "a\x7fb", "a\nb", "\u3164"],
)
def test_characters_nobody_types_are_refused_in_plain_words(bad):
    assert said(text=bad) == {"text": [ORDINARY]}


@pytest.mark.parametrize("bad", ["a\x00b", "a\u202eb", "a\u2067b", "a\tb", "a\x7fb", "a\nb"])
def test_controls_and_what_turns_text_round_are_refused_in_every_field(bad):
    assert said(text=bad, email=bad + "@council.example", on_month=bad) == {
        "text": [ORDINARY],
        "email": [ORDINARY],
        "on": [ORDINARY],
    }


def test_what_came_along_with_a_pasted_number_or_address_is_taken_off():
    form = Everything(
        GOOD
        | {"email": "\ufeff–\u00a0some\u200bone@council.example\u00a0"}
        | {"on_day": "\u200b27", "on_month": "\u00a03", "on_year": "2026\u00ad"}
    )
    assert form.is_valid(), form.errors
    assert form.cleaned_data["email"] == "someone@council.example"
    assert form.cleaned_data["on"] == date(2026, 3, 27)


def test_too_long_is_what_is_left_and_the_dashes_of_a_name_are_its_own():
    field = BareTextField(max_length=4)
    assert field.clean("\u200b" * 50 + " a-b ") == "a-b"
    assert PlainTextField().clean("Anne\u2011Marie –") == "Anne\u2011Marie –"
    with pytest.raises(forms.ValidationError, match="Use 4 characters"):
        field.clean("a-b-c")


def test_a_browser_leaves_numbers_and_addresses_as_they_are():
    form = Everything()
    off = ('autocapitalize="none"', 'autocorrect="off"', 'spellcheck="false"', 'translate="no"')
    for name, inputs in (("email", 1), ("on", 3), ("text", 0)):
        assert [str(form[name]).count(one) for one in off] == [inputs] * 4


def test_too_long_is_refused_and_the_browser_cuts_nothing_off():
    assert said(text="x" * 11) == {"text": ["Use 10 characters or fewer"]}
    assert said(email="x" * 250 + "@council.example")["email"][-1] == "Use 254 characters or fewer"
    assert "maxlength" not in str(Everything()["text"])


def test_a_wrong_choice_is_not_repeated():
    assert said(one="<b>") == {"one": ["Select one of the answers shown"]}
    assert said(many=["a", "z\x00"]) == {"many": ["Select one of the answers shown"]}


def test_an_address_that_is_none():
    expected = ["Enter an email address in the right format, like name@example.com"]
    assert said(email="somebody") == {"email": expected}


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2026"),
        ("29", "2", "2027"),
        ("0", "1", "2026"),
        ("1", "13", "2026"),
        ("1", "1", "26"),
        ("1", "1", "0000"),
        ("x", "1", "2026"),
        ("", "1", "2026"),
        ("1", "", "2026"),
        ("1", "1", ""),
        ("1", "ma", "2026"),
        ("1", "1", "٢٠٢٦"),
        ("1" * 500, "1", "2026"),
    ],
)
def test_a_date_that_does_not_exist_has_one_message(day, month, year):
    assert said(on_day=day, on_month=month, on_year=year) == {"on": [IMPOSSIBLE]}


@pytest.mark.parametrize("month", ["2", "02", "Feb", "february", "FEBRUARY"])
def test_a_month_may_be_a_name(month):
    form = Everything(GOOD | {"on_day": "9", "on_month": month})
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2026, 2, 9)


def test_past_and_future_are_held_against_today_in_london():
    today = timezone.localdate()
    past, future = DayMonthYearField(past=True), DayMonthYearField(future=True)
    for field in (past, future):
        assert field.clean([str(today.day), str(today.month), str(today.year)]) == today
    later, earlier = today + timedelta(1), today - timedelta(1)
    with pytest.raises(forms.ValidationError, match="today or in the past"):
        past.clean([str(later.day), str(later.month), str(later.year)])
    with pytest.raises(forms.ValidationError, match="today or in the future"):
        future.clean([str(earlier.day), str(earlier.month), str(earlier.year)])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("30", "6", "2026", "0", "30"), datetime(2026, 6, 29, 23, 30, tzinfo=UTC)),
        (("31", "12", "2025", "23", "5"), datetime(2025, 12, 31, 23, 5, tzinfo=UTC)),
        (("", "", "", "", ""), None),
    ],
)
def test_a_day_and_a_time_are_londons(typed, meant):
    assert DayAndTimeField(required=False).clean(typed) == meant


def test_a_moment_has_been():
    now = timezone.localtime()
    field, day = DayAndTimeField(), [str(now.day), str(now.month), str(now.year)]
    assert field.clean([*day, str(now.hour), str(now.minute)]) <= now
    later = now + timedelta(minutes=2)
    parts = [later.day, later.month, later.year, later.hour, later.minute]
    with pytest.raises(forms.ValidationError, match="now or in the past"):
        field.clean(list(map(str, parts)))
    with pytest.raises(forms.ValidationError, match="Enter the time too"):
        field.clean([*day, "", ""])


def test_a_saved_date_comes_back_into_its_three_parts():
    for saved in ("2026-03-09", date(2026, 3, 9)):
        html = str(Everything(initial={"on": saved})["on"])
        assert [f'value="{part}"' in html for part in ("9", "3", "2026")] == [True] * 3
    assert "value=" not in str(Everything(initial={"on": "nonsense"})["on"])


def test_what_was_typed_stays_in_the_boxes_of_a_wrong_date():
    html = str(Everything(GOOD | {"on_day": "31", "on_month": "2"})["on"])
    assert 'value="31"' in html


# The first text of a run builds the table of all characters, which takes seconds.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.one_of(st.text(), st.lists(st.text()))))
def test_whatever_is_posted_ends_in_a_value_or_a_message(posted):
    form = Everything({name: posted.get(name, "") for name in GOOD})
    form.is_valid()
    for field in form:
        str(field)
