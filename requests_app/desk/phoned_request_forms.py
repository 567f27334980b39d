"""What the IW Team is asked when it logs a request to shield that came by phone."""

from typing import Any

from django import forms
from django.http import QueryDict

from requests_app import shield_request_codes as codes
from shielding.desk.caller_forms import CallForm
from shielding.records.grounds import CHOICES
from shielding.web.question_fields import small_radios


class PhonedForm(CallForm):
    """A request somebody phones in: the number twice, the ground, and who calls."""

    salt = "phoned request"
    with_account = codes.Caller.PRACTITIONER
    button = "Log the request and place the hold"
    ground = forms.ChoiceField(
        label="Ground",
        choices=[("", "Choose a ground"), *CHOICES],
        error_messages={"required": "Select the ground"},
    )
    caller = small_radios("Who is calling?", codes.Caller.choices, "Select who is calling")
    field_order = ("reference", "number", "number_again", "ground", "caller", "email", "service")

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields[
            "email"
        ].help_text = "If they have an account. They are asked to confirm within one working day."
        self.fields[
            "service"
        ].help_text = "If they have no account. Their service then stands for them."

    def call(self) -> dict[str, Any]:
        """Return what was asked for as the action takes it."""
        given = self.cleaned_data
        practitioner = given.get("practitioner")
        return {
            "reference": given["reference"],
            "number": given["number"],
            "ground": given["ground"],
            "caller": given["caller"],
            "practitioner": practitioner,
            "service": practitioner.service if practitioner else given["service"],
        }
