"""Why a review is asked for: a code, never a sentence."""

from typing import Any

from django import forms

from logbook.references import as_reference, why_no_reference
from shielding.reviews.review_codes import Reason
from shielding.web.fields import BareTextField, Form
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
    reference = BareTextField(
        label="Reference of the request",
        max_length=40,
        widget=_ReferenceInput,
        help_text="For example, IW-7KQ4-M2XD. Whoever sent the request can tell you.",
        error_messages={"required": "Enter the reference of the request"},
    )

    def clean_reference(self) -> str:
        """Return the reference however it was spaced; what is none may be a number, and goes."""
        typed = self.cleaned_data["reference"]
        reference = as_reference(typed)
        if not reference:
            self.add_error("reference", why_no_reference(typed))
        return reference
