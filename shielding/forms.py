"""The questions of the record pages, and the field every page asks the record number by."""

from typing import Any

from django import forms
from django.conf import settings

from shielding import recordnumber
from shielding.accounts.fields import Form, PlainTextField
from shielding.purposes import Purpose


class RecordNumberField(PlainTextField):
    """A record number as somebody typed it, cleaned to its one spelling.

    Refuses what does not fit the deployment's pattern. Whether such a record exists is never said
    here: the field knows the form of a number and nothing else.
    """

    default_error_messages = {"pattern": "Enter a record number in the right form"}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("help_text", settings.RECORD_NUMBER_HINT)
        super().__init__(**kwargs)
        self.widget.attrs["class"] = "govuk-input--width-10"

    def clean(self, value: Any) -> str:
        number = recordnumber.normalise(super().clean(value))
        if number and not recordnumber.is_record_number(number):
            raise forms.ValidationError(self.error_messages["pattern"], code="pattern")
        return number


class FindRecordForm(Form):
    """Why a record is looked for, then its number; both before anything is looked up."""

    button = "Find the record"
    purpose = forms.ChoiceField(
        label="Why are you looking for this record?",
        choices=Purpose.choices,
        widget=forms.RadioSelect,
        help_text="The logbook keeps your reason, whether or not there is such a record.",
        error_messages={"required": "Select why you are looking for this record"},
    )
    number = RecordNumberField(
        label="Record number", error_messages={"required": "Enter the record number"}
    )
