"""Form fields that answer bad input with a sentence, and the form every page's form begins from.

Whatever is typed, posted by a script or pasted from a document ends as a clean value or as one
message beside the field: never as a server error, and never repeated back.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from logbook.bare import NO_WORDS, bare, visible
from logbook.days import clock_now, london_day
from shielding import clock

ORDINARY = "Use ordinary letters, numbers and punctuation only"
# Characters nobody types: controls, zero-width and direction marks, unassigned, private, and the
# line separators. They hide text from the reader or turn it round.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters by category that show as nothing, and the mark of bytes that were not text.
_LOOK_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffd")
_MONTHS = {date(2000, month, 1).strftime("%B").lower(): month for month in range(1, 13)}


def is_ordinary(text: str) -> bool:
    """Return whether a text holds only characters a person can see, on one line."""
    return all(
        unicodedata.category(character) not in _REFUSED_CATEGORIES and character not in _LOOK_EMPTY
        for character in text
    )


class PlainTextField(forms.CharField):
    """A line of text: trimmed, composed to one spelling; refuses NUL, control and hidden marks.

    Too long is refused with a message, not cut off by the browser.
    """

    default_error_messages = {
        "max_length": "Use %(limit_value)d characters or fewer",
        "min_length": "Use %(limit_value)d characters or more",
    }

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", super().to_python(value) or "")
        if not is_ordinary(text):
            raise ValidationError(ORDINARY, code="not_ordinary")
        return text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        attrs.pop("minlength", None)
        return attrs


class BareTextField(PlainTextField):
    """A number, a reference or an address: of what is pasted only what can be seen counts.

    Invisible characters go, and spaces and dashes around it; a browser neither corrects nor
    translates it. What turns text round is refused, as in other text. Never for a name: its dashes
    are its own.
    """

    def to_python(self, value: Any) -> str:
        return super().to_python(bare(value) if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | NO_WORDS


class EmailAddressField(BareTextField):
    """An email address, with the same refusals as other text."""

    widget = forms.EmailInput
    default_validators = forms.EmailField.default_validators
    default_error_messages = {
        "invalid": "Enter an email address in the right format, like name@example.com",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        super().__init__(**kwargs)


class DayMonthYear(forms.MultiWidget):
    """A date as three inputs, because a calendar to click is slow for a date one knows."""

    template_name = "govuk/widgets/day_month_year.html"
    use_fieldset = True
    parts: tuple[str, ...] = ("day", "month", "year")

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]]
        parts = {name: forms.TextInput() for name in self.parts}
        super().__init__(parts, dict(attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["invalid"] = bool(attrs and attrs.get("aria-invalid"))
        return context

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return ["", "", ""]
        if not isinstance(value, date):
            return ["", "", ""]
        return [str(value.day), str(value.month), str(value.year)]


class DayMonthYearField(forms.Field):
    """A date typed as day, month and year. One message for the whole date, whatever is wrong.

    Refuses a date that does not exist, a year without four digits, and with `past` a date after
    today, with `future` one before today (today in London). A month may be typed as a name.
    """

    widget = DayMonthYear
    default_error_messages = {
        "not_ordinary": ORDINARY,
        "impossible": "Enter a real date, for example 27 3 2026",
        "not_past": "The date must be today or in the past",
        "not_future": "The date must be today or in the future",
    }

    def __init__(self, *, past: bool = False, future: bool = False, **kwargs: Any) -> None:
        self.past, self.future = past, future
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        parts = [visible(str(part or "")) for part in (value or [])]
        if not any(parts):
            return None
        if not all(map(is_ordinary, parts)):
            raise self._refusal("not_ordinary")
        if len(parts) != 3 or not re.fullmatch(r"[0-9]{4}", parts[2]):
            raise self._refusal("impossible")
        try:
            return date(int(parts[2]), _month(parts[1]), _number(parts[0]))
        except ValueError:
            raise self._refusal("impossible") from None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.past and value > london_day(clock_now()):
            raise self._refusal("not_past")
        if self.future and value < london_day(clock_now()):
            raise self._refusal("not_future")

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = cast(DayMonthYear, self.widget).decompress(initial)
        return [str(part or "") for part in data or []] != shown

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class DayAndTime(DayMonthYear):
    """A moment as five inputs: day, month, year, and the time of day in London."""

    template_name = "govuk/widgets/day_and_time.html"
    parts = (*DayMonthYear.parts, "hour", "minute")


class DayAndTimeField(DayMonthYearField):
    """A moment that has been, typed as a day and a London time of day. Returned aware.

    One message for the whole of it, whatever is wrong. Refuses what a day refuses, a day without a
    time, and a moment after now.
    """

    widget = DayAndTime
    default_error_messages = {
        "no_time": "Enter the time too, for example 14 05",
        "not_past": "The time must be now or in the past",
    }

    def to_python(self, value: Any) -> datetime | None:
        parts = [visible(str(part or "")) for part in (value or [])]
        if not any(parts):
            return None
        if len(parts) != 5:
            raise self._refusal("impossible")
        if not all(map(is_ordinary, parts)):
            raise self._refusal("not_ordinary")
        on = super().to_python(parts[:3])
        if on is None or not all(parts[3:]):
            raise self._refusal("no_time" if on else "impossible")
        try:
            at = time(_number(parts[3]), _number(parts[4]))
        except ValueError:
            raise self._refusal("no_time") from None
        return datetime.combine(on, at, tzinfo=clock.LONDON)

    def validate(self, value: date | None) -> None:
        forms.Field.validate(self, value)
        if isinstance(value, datetime) and value > clock_now():
            raise self._refusal("not_past")


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,2}", text):
        raise ValueError
    return int(text)


def _month(text: str) -> int:
    if text.isalpha() and len(text) >= 3:
        for name, month in _MONTHS.items():
            if name.startswith(text.lower()):
                return month
    return _number(text)


class Choice(Protocol):
    """A question that is a choice: its values, each with its words."""

    choices: Iterable[tuple[str, str]]


class ChoiceOfRows(Protocol):
    """A question that is a choice of some rows, and in which words each is shown."""

    queryset: QuerySet[Any]
    label_from_instance: Callable[[Any], str]


def choice(form: forms.BaseForm, name: str) -> Choice:
    """Return a question that is a choice: of a form's questions mypy knows only that they are."""
    return cast(Choice, form.fields[name])


def choice_of_rows(form: forms.BaseForm, name: str) -> ChoiceOfRows:
    """Return a question that is a choice of rows, for the same reason."""
    return cast(ChoiceOfRows, form.fields[name])


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form binds to: an empty POST is an answer with everything missing."""
    return request.POST if request.method == "POST" else None


def is_answered(form: forms.BaseForm, name: str) -> bool:
    """Return whether what was posted answers a question in any way, right or wrong.

    A page that was opened before somebody acted may answer what is no longer asked: whoever wrote
    that must not read that it is recorded.
    """
    value = form.fields[name].widget.value_from_datadict(
        form.data, form.files, form.add_prefix(name)
    )
    return any(value) if isinstance(value, list) else bool(value)


class Form(forms.Form):
    """The form every page's form begins from: our wording for mistakes, our look.

    `button` is the text of its one button, `button_kind` "" or "warning" or "secondary",
    `heading` the name of the field whose label is the page's heading. A field may carry `hints`
    (a dict of value -> hint, for radios and checkboxes). A message set on the field itself wins.
    """

    use_required_attribute = False
    button = "Continue"
    button_kind = ""
    heading = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _reword(field)

    @property
    def helper(self) -> FormHelper:
        """What {% crispy form %} reads: the page's own address, POST, one button."""
        helper = FormHelper()
        helper.button = self.button
        helper.button_kind = self.button_kind
        return helper


def _reword(field: forms.Field) -> None:
    """Put our sentences in place of Django's, where the form's author gave none."""
    chosen = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField, forms.BooleanField))
    label = str(field.label or "").rstrip("?:. ")
    missing = "Select an answer" if chosen else "Enter an answer"
    if isinstance(field, forms.BooleanField):
        missing = "Tick to confirm"
    words = {
        "required": f"{missing}: {label}" if label else missing,
        "invalid_choice": "Select one of the answers shown",
        "invalid_pk_value": "Select one of the answers shown",
        "invalid_list": "Select one of the answers shown",
    }
    for code, sentence in words.items():
        if _is_stock(field, code):
            field.error_messages[code] = sentence


def _is_stock(field: forms.Field, code: str) -> bool:
    """Return whether the field would still say Django's own sentence for this mistake."""
    said = field.error_messages.get(code)
    return said is not None and any(
        base.__dict__.get("default_error_messages", {}).get(code) is said
        for base in type(field).__mro__
        if base.__module__.startswith("django.")
    )
