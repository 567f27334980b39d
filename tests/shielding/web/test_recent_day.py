"""A day that has been: today and yesterday with a click, another one typed."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from shielding.web.fields import Form
from shielding.web.question_fields import PastDayField

EVENING = datetime(2026, 3, 2, 23, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, 0, 1, tzinfo=UTC)
# The clocks went forward in the night before: 23:30 UTC is the next day in London.
SUMMER = datetime(2026, 3, 29, 23, 30, tzinfo=UTC)


class Asked(Form):
    on = PastDayField(label="When?", required=False)


@pytest.fixture
def at(monkeypatch):
    def be(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    be(EVENING)
    return be


def typed(day: str = "", month: str = "", year: str = "", pick: str = "") -> dict[str, str]:
    return {"on_day": day, "on_month": month, "on_year": year, "on_pick": pick}


def answer(**data: str) -> date | str | None:
    """Return the day that is said, or what is wrong with it."""
    form = Asked(typed(**data))
    return form.cleaned_data["on"] if form.is_valid() else str(form.errors["on"][0])


def drawn(form: Form) -> tuple[list[tuple[str, str, bool]], list[str]]:
    """Return the radios, by value, words and whether chosen, and what stands in the inputs."""
    text = str(form["on"])
    radios = re.findall(r'type="radio" value="([^"]*)" (checked)?>\s*<label[^>]*>([^<]*)<', text)
    boxes = re.findall(r'name="on_(?:day|month|year)"(?:(?!>).)*?>', text, re.DOTALL)
    values = ["".join(re.findall(r' value="([^"]*)"', box)) for box in boxes]
    return [(value, words, bool(chosen)) for value, chosen, words in radios], values


def test_today_and_yesterday_are_a_click_each(at):
    radios, boxes = drawn(Asked())
    assert radios == [
        ("2026-03-02", "Today, 2 March", False),
        ("2026-03-01", "Yesterday, 1 March", False),
        ("", "Another day", False),
    ]
    assert boxes == ["", "", ""]
    assert [answer(pick=value) for value, _, _ in radios] == [
        date(2026, 3, 2),
        date(2026, 3, 1),
        None,
    ]
    at(SUMMER)
    assert drawn(Asked())[0][0] == ("2026-03-30", "Today, 30 March", False)


def test_a_saved_day_is_shown_as_it_can_be_said(at):
    for day, chosen, boxes in (
        (date(2026, 3, 2), "2026-03-02", ["", "", ""]),
        (date(2026, 3, 1), "2026-03-01", ["", "", ""]),
        (date(2026, 2, 28), "", ["28", "2", "2026"]),
    ):
        radios, shown = drawn(Asked(initial={"on": day}))
        assert [value for value, _, is_chosen in radios if is_chosen] == [chosen]
        assert shown == boxes


def test_another_day_is_typed_and_two_days_are_refused(at):
    assert answer(day="28", month="2", year="2026") == date(2026, 2, 28)
    both = "Choose today or yesterday, or enter another day, not both"
    assert answer(day="28", month="2", year="2026", pick="2026-03-02") == both
    assert answer(day="2", month="3", year="2026", pick="2026-03-02") == date(2026, 3, 2)
    # What was said stays on the page that asks again.
    radios, boxes = drawn(Asked(typed("28", "2", "2026", "2026-03-02")))
    assert ([chosen for _, _, chosen in radios], boxes) == (
        [True, False, False],
        ["28", "2", "2026"],
    )


def test_a_click_means_the_day_that_the_page_showed(at):
    at(MIDNIGHT)
    shown_before = {"2026-03-02": date(2026, 3, 2), "2026-03-01": date(2026, 3, 1)}
    assert {pick: answer(pick=pick) for pick in shown_before} == shown_before
    # Drawn again, the day before yesterday is another day, and stands in the inputs.
    radios, boxes = drawn(Asked(typed(pick="2026-03-01")))
    assert ([chosen for _, _, chosen in radios], boxes) == (
        [False, False, True],
        ["1", "3", "2026"],
    )


@pytest.mark.parametrize(
    ("pick", "said"),
    [
        ("2026-03-03", "The date must be today or in the past"),
        ("2019-03-03", "Check the year: the date is too long ago"),
        ("yesterday", "Enter a real date, for example 27 3 2026"),
        ("2026-02-30", "Enter a real date, for example 27 3 2026"),
        ("\x00", "Enter a real date, for example 27 3 2026"),
        ("<script>alert(1)</script>", "Enter a real date, for example 27 3 2026"),
    ],
)
def test_a_script_says_no_other_day_and_is_not_repeated(at, pick, said):
    assert answer(pick=pick) == said
    assert "<script>" not in str(Asked(typed(pick=pick))["on"])
