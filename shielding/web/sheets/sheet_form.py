"""A sheet: related questions on one page. Each of its parts is a form of its own and says what is
wrong with it; all of them are sent, and saved, together.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict

from shielding.web.fields import Form


class PartForm(Form):
    """One question of a sheet, or a few that belong together, with a heading and some words."""

    slug: ClassVar[str]
    # The template of what is said above the questions; "" for nothing.
    guidance: ClassVar[str] = ""
    # Where the label of a question is the heading of the part.
    heading_level = 2
    title = ""
    # Whether the parts before this one on its sheet are right.
    others_are_right = True

    def values(self) -> dict[str, Any]:
        """Return the part's columns; nothing where there is nothing to save."""
        raise NotImplementedError


class SheetForm(Form):
    """The parts of a sheet as one form: their fields, and what is wrong with any of them."""

    # Whether it begins with what the person chose before their session ended.
    is_brought_back = False

    def __init__(self, parts: Sequence[PartForm], data: QueryDict | None) -> None:
        self.parts = parts
        begun = {name: value for part in parts for name, value in part.initial.items()}
        super().__init__(data, initial=begun)
        for part in parts:
            self.fields.update(part.fields)

    def begin_with(self, answers: QueryDict) -> None:
        """Begin with what was chosen on this page before, as it was posted and not saved."""
        for part in self.parts:
            for name, field in part.fields.items():
                value = field.widget.value_from_datadict(answers, {}, name)
                if any(value) if isinstance(value, list) else value:
                    part.initial[name] = self.initial[name] = value
        self.is_brought_back = True

    def full_clean(self) -> None:
        """Let each part say what is wrong, in order; the later ones know whether anything was."""
        self._errors = ErrorDict()
        if not self.is_bound:
            return
        self.cleaned_data = {}
        for part in self.parts:
            part.others_are_right = not self._errors
            self._errors.update(part.errors)
            self.cleaned_data |= part.cleaned_data

    def saved(self) -> list[PartForm]:
        """Return the parts of which there is something to save."""
        return [part for part in self.parts if part.values()]

    def values(self) -> dict[str, Any]:
        """Return the columns of all parts."""
        return {name: value for part in self.parts for name, value in part.values().items()}


def answers_any(asked: Iterable[type[forms.Form]], data: QueryDict) -> bool:
    """Return whether what was posted answers, right or wrong, a question of one of these forms.

    A page that was opened before something changed may answer what is asked no more: whoever wrote
    that must not read that it is saved.
    """
    for form in asked:
        for name, field in form.base_fields.items():
            value = field.widget.value_from_datadict(data, {}, name)
            if any(value) if isinstance(value, list) else value:
                return True
    return False
