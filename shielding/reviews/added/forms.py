"""Why a review is asked for: a code, never a sentence."""

from typing import Any

from django import forms

from logbook.references import as_reference
from shielding.reviews.review_codes import Reason
from shielding.web.fields import Form, PlainTextField
from shielding.web.question_fields import labels, radios


class ReasonForm(Form):
    """Why a review is asked for."""

    button = "Ask for a review"
    reason = radios("What has changed?", labels(Reason), "Select what has changed")


class _ReferenceInput(forms.TextInput):
    def format_value(self, value: Any) -> str:
        """Return a reference to show again; what is none may be a record's number, and is not."""
        return as_reference(str(value or ""))


class TeamReasonForm(ReasonForm):
    """The same of a request whose reference a line manager had from whoever sent it."""

    field_order = ("reference", "reason")
    reference = PlainTextField(
        label="Reference of the request",
        max_length=20,
        widget=_ReferenceInput,
        help_text="For example, IW-7KQ4-M2XD. Whoever sent the request can tell you.",
        error_messages={"required": "Enter the reference of the request"},
    )

    def clean_reference(self) -> str:
        """Return the reference however it was spaced; what is none may be a number, and goes."""
        reference = as_reference(self.cleaned_data["reference"])
        if not reference:
            self.add_error("reference", "Enter a reference like IW-7KQ4-M2XD")
        return reference
