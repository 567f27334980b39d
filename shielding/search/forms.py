"""The one question of the search page; the box above every page posts the same."""

from typing import Any

from django import forms

from shielding.search.typed import Kind, kind_of
from shielding.web.fields import BareTextField, Form
from shielding.web.question_fields import NeverRepeated


class SearchForm(Form):
    """What is looked for: a reference, a record number, and for the IW Team a name."""

    button = "Search"
    sought = BareTextField(
        label="What are you looking for?",
        widget=NeverRepeated,
        max_length=100,
        error_messages={"required": "Type what you are looking for"},
    )

    def __init__(self, *args: Any, names: bool, **kwargs: Any) -> None:
        """With `names` people and services are found too."""
        super().__init__(*args, **kwargs)
        field = self.fields["sought"]
        field.widget.attrs["autocomplete"] = "off"  # no browser keeps what was typed
        field.help_text = (
            "A reference, a person’s name or email address, a service or a record number"
            if names
            else "A reference or a record number"
        )

    def clean_sought(self) -> str:
        sought: str = self.cleaned_data["sought"]
        if kind_of(sought) == Kind.NAME and len(sought) < 2:
            raise forms.ValidationError("Type at least two letters of a name")
        return sought
