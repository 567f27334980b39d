"""The field every page asks the record number by."""

from typing import Any

from django import forms
from django.conf import settings

from shielding.records import number as record_number
from shielding.web.fields import BareTextField, Form
from shielding.web.question_fields import NeverRepeated

O_FOR_ZERO = "You typed the letter O where a record number has the digit 0 (zero)"


class RecordNumberField(BareTextField):
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
        number = record_number.normalise(super().clean(value))
        if number and not record_number.is_record_number(number):
            raise forms.ValidationError(
                _why_no_number(number, str(self.error_messages["pattern"])), code="pattern"
            )
        return number


class NumberTypedTwice(Form):
    """A record number typed twice, the only thing that says which child this is about.

    Never shown again: a saved one stays unless another is typed. Refuses what does not fit the
    deployment's pattern, and two that differ. Whether such a record exists is never said here.
    """

    number = BareTextField(
        label="Record number", max_length=40, required=False, widget=NeverRepeated
    )
    number_again = BareTextField(
        label="Type the record number again", max_length=40, required=False, widget=NeverRepeated
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "govuk-input--width-10"
        self.fields["number"].help_text = settings.RECORD_NUMBER_HINT

    def answered(self) -> dict[str, Any]:
        return {}

    @property
    def is_saved(self) -> bool:
        """Whether a number is saved already; each form says so of what it fills in."""
        raise NotImplementedError

    def clean_number(self) -> str:
        number = record_number.normalise(self.cleaned_data["number"])
        if not number and not (self.is_saved and not self.data.get("number_again")):
            raise forms.ValidationError("Enter the record number")
        if number and not record_number.is_record_number(number):
            otherwise = (
                "Enter a record number in the right format: look at the record, not at a letter"
            )
            raise forms.ValidationError(_why_no_number(number, otherwise))
        return number

    def clean_number_again(self) -> str:
        again = record_number.normalise(self.cleaned_data["number_again"])
        number = self.cleaned_data.get("number")
        if number and not again:
            raise forms.ValidationError("Type the record number a second time")
        if number and number != again:
            raise forms.ValidationError("The two record numbers are not the same. Type both again")
        return again

    def values(self) -> dict[str, Any]:
        number = self.cleaned_data["number"]
        return {"number": number} if number else {}


def _why_no_number(number: str, otherwise: str) -> str:
    """Return what to say of a number that does not fit, in words that do not repeat it."""
    return O_FOR_ZERO if record_number.has_o_for_zero(number) else otherwise


def no_duplicate_box() -> forms.BooleanField:
    return forms.BooleanField(
        label="No duplicate or unmatched unshielded record was found",
        error_messages={
            "required": "Look for duplicate and unmatched records, then tick to say so"
        },
    )
