"""What the templates of the form pack and of the components ask about a field or a page."""

from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template import Context

from shielding.web.fields import DayMonthYear

register = template.Library()

_CLASSES = {
    "text": "govuk-input",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "select": "govuk-select",
    "checkbox": "govuk-checkboxes__input",
    "file": "app-file",
}
_ERROR_CLASSES = {
    "text": "govuk-input--error",
    "password": "govuk-input--error",
    "select": "govuk-select--error",
    "file": "app-file--error",
}
# In this order: a radio is a select to Django.
_KINDS = (
    (DayMonthYear, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
)


@register.filter
def kind(field: BoundField) -> str:
    """Return which of the pack's templates a field is drawn by."""
    widget = field.field.widget
    return next((name for wanted, name in _KINDS if isinstance(widget, wanted)), "text")


@register.filter
def error_target(field: BoundField) -> str:
    """Return the id an error summary links to: the first input of a group, else the input."""
    grouped = kind(field) in ("date", "radios", "checkboxes")
    return f"{field.auto_id}_0" if grouped else str(field.auto_id)


@register.filter
def control(field: BoundField) -> str:
    """Return the field's input with the classes and descriptions GOV.UK Frontend expects."""
    shape = kind(field)
    classes = [_CLASSES.get(shape, ""), field.field.widget.attrs.get("class", "")]
    if field.errors:
        classes.append(_ERROR_CLASSES.get(shape, ""))
    attrs: dict[str, Any] = {"class": " ".join(filter(None, classes))}
    if shape == "password":
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    if shape == "text" and "autocomplete" not in field.field.widget.attrs:
        # A shared computer must not offer yesterday's record number to today's user.
        attrs["autocomplete"] = "off"
    return str(field.as_widget(attrs=attrs)) if shape != "date" else str(field.as_widget())


@dataclass(frozen=True)
class Choice:
    """One radio or checkbox of a question, with what is drawn around it."""

    id: str
    name: str
    value: Any  # Django's: a text, or a ModelChoiceIteratorValue
    label: str
    checked: bool
    hint: str
    group: str
    exclusive: bool


@register.filter
def choices(field: BoundField) -> list[Choice]:
    """Return the radios or checkboxes of a field, each with its hint from the field's `hints`.

    The one whose value is the field's `exclusive` unticks the others, as "None of these" does. The
    field's `groups` gives the words above those that belong together.
    """
    groups: dict[str, str] = getattr(field.field, "groups", {})
    hints: dict[str, str] = getattr(field.field, "hints", {})
    answers = []
    for choice in field.subwidgets:
        data = choice.data
        answers.append(
            Choice(
                id=data["attrs"]["id"],
                name=data["name"],
                value=data["value"],
                label=data["label"],
                checked=data["selected"],
                hint=hints.get(str(data["value"]), ""),
                group=groups.get(str(data["value"]), ""),
                exclusive=str(data["value"]) == getattr(field.field, "exclusive", None),
            )
        )
    return answers


@register.filter
def is_heading(field: BoundField) -> bool:
    """Return whether this field's label is the heading of its page."""
    return field.name == getattr(field.form, "heading", "")


@register.simple_tag(takes_context=True)
def which_part(context: Context) -> str:
    """Return what of a list a page shows, to end its title: whether filtered, and which page.

    Never by what it is filtered: that may be a name, and titles stay in a browser's history.
    """
    page = context.get("page")
    filtered = ", filtered" if context.get("chips") else ""
    if not isinstance(page, Page) or not page.has_other_pages():
        return filtered
    return f"{filtered}, page {page.number} of {page.paginator.num_pages}"


@register.filter
def elided(page: Page[Any]) -> list[Any]:
    """Return the page numbers to show, with the paginator's ellipsis between distant ones."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return list(numbers)
