"""Fields of question pages: days that have been, ticks that are all needed, radios, what a page
says it saw, and what its form was born with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import TextChoices

from logbook.days import clock_now, london_day
from shielding.web.fields import DayMonthYear, DayMonthYearField

Choices = list[tuple[str, str]]
OPEN_AGAIN = "Open this page again: it is out of date"


def _recent() -> dict[str, str]:
    """Return today and yesterday: as a page posts them, and in words."""
    today = london_day(clock_now())
    yesterday = today - timedelta(days=1)
    return {
        today.isoformat(): f"Today, {today.day} {today:%B}",
        yesterday.isoformat(): f"Yesterday, {yesterday.day} {yesterday:%B}",
    }


@dataclass(frozen=True)
class Pick:
    """One of the days to choose with a click, or that it is another one."""

    value: str
    words: str
    checked: bool


class RecentDay(DayMonthYear):
    """A day in three inputs, above which today and yesterday are a click each.

    A click posts the day that the page showed, also where midnight has passed since.
    """

    template_name = "govuk/widgets/recent_day.html"
    parts = (*DayMonthYear.parts, "pick")

    def decompress(self, value: Any) -> list[str]:
        typed = super().decompress(value)
        if any(typed):
            day = date(*(int(part) for part in reversed(typed))).isoformat()
            if day in _recent():
                return ["", "", "", day]
        return [*typed, ""]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        *typed, picked = value if isinstance(value, list) else self.decompress(value)
        if picked and picked not in _recent():
            *typed, picked = self.decompress(picked)  # of before midnight: another day by now
        context: dict[str, Any] = super().get_context(name, [*typed, picked], attrs)
        picks = [Pick(day, words, day == picked) for day, words in _recent().items()]
        another = Pick("", "Another day", any(typed) and not picked)
        context["widget"]["picks"] = [*picks, another]
        return context


class PastDayField(DayMonthYearField):
    """A day that has been, and not absurdly long ago: a mistyped year is met with a sentence.

    Today and yesterday are a click each. Refuses such a click beside another day that is typed.
    """

    widget = RecentDay
    default_error_messages = {
        "too_old": "Check the year: the date is too long ago",
        "two_days": "Choose today or yesterday, or enter another day, not both",
    }

    def __init__(self, *, years: int = 1, **kwargs: Any) -> None:
        self.years = years
        super().__init__(past=True, **kwargs)

    def to_python(self, value: Any) -> date | None:
        *typed, picked = value or ["", "", "", ""]
        day = super().to_python(typed)
        if not picked:
            return day
        try:
            chosen = date.fromisoformat(str(picked))
        except ValueError:
            raise self._refusal("impossible") from None
        if day is not None and day != chosen:
            raise self._refusal("two_days")
        return chosen

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and (london_day(clock_now()) - value).days > 366 * self.years:
            raise self._refusal("too_old")


class TickAllField(forms.MultipleChoiceField):
    """Ticks that are all needed: each says that one thing was done or considered."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"incomplete": "Tick each one"}

    def to_python(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().to_python(value)))

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        # Of one that need not be answered, none is no half of an answer.
        if value and len(value) < len(list(cast(Choices, self.choices))):  # as it was made with
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")


class NeverRepeated(forms.TextInput):
    """A text input that never carries what was typed or saved back to a page."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, None, attrs)
        return context


class AsOfNow(forms.HiddenInput):
    """What a page shows as it is drawn, carried back to be compared; never what was posted."""

    value = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, self.value, attrs)
        return context


class Radios(forms.ChoiceField):
    """A choice, and what our templates know how to draw of it."""

    hints: dict[str, str]  # by value
    groups: dict[str, str]  # by value: the words above the first of those that go together
    small: bool


def radios(
    label: str, choices: Choices, required: str, hints: dict[str, str] | None = None, **more: Any
) -> Radios:
    """Return a question with radios; `required` is the message, `hints` are by value."""
    field = Radios(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": required},
        **more,
    )
    field.hints = hints or {}
    return field


def tick(label: str, required: str, help_text: str = "") -> forms.BooleanField:
    """Return one box to tick, which must be ticked."""
    return forms.BooleanField(
        label=label, help_text=help_text, error_messages={"required": required}
    )


def labels(choices: type[TextChoices]) -> Choices:
    """Return a list of codes with their words."""
    return [(str(value), str(label)) for value, label in choices.choices]


class SeenField(forms.Field):
    """The moment the page's state was reached, carried back unread: the act compares it."""

    widget = forms.HiddenInput
    default_error_messages = {"required": OPEN_AGAIN, "invalid": OPEN_AGAIN}

    def to_python(self, value: Any) -> datetime | None:
        text = "" if value in self.empty_values else str(value).strip()
        if not text:
            return None
        try:
            seen = datetime.fromisoformat(text)
        except ValueError:
            seen = None
        if seen is None or seen.tzinfo is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return seen


class BornField(forms.CharField):
    """What a form makes is called so before it is sent: sent twice, it brings back the same name.

    Signed, for its own kind of form (`salt`): nobody brings back another's, or one they made up. A
    form without one, opened before an upgrade, has none: "".
    """

    widget = forms.HiddenInput

    def __init__(self, *, salt: str, make: Callable[[], str]) -> None:
        self._signer, self._make = Signer(salt=salt), make
        super().__init__(required=False, initial=self._born)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            return self._signer.unsign(text) if text else ""
        except BadSignature:
            raise ValidationError(OPEN_AGAIN, code="invalid") from None

    def _born(self) -> str:
        return self._signer.sign(self._make())


def small_radios(label: str, choices: Any, required: str) -> Radios:
    """Return a choice drawn small, because several forms share one page."""
    field = Radios(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": required},
    )
    field.small = True
    return field
