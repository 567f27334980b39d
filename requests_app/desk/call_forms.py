"""What the IW Team is asked when it logs what came by phone."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from requests_app import codes, policies
from shielding.records.caller_forms import CallForm
from shielding.records.grounds import CHOICES
from shielding.web.fields import DayAndTimeField, DayMonthYearField, Form
from shielding.web.question_fields import small_radios


class PhonedForm(CallForm):
    """A request somebody phones in: when, the number twice, the ground, and who calls."""

    salt = "phoned request"
    with_account = codes.Caller.PRACTITIONER
    button = "Log the request and place the hold"
    ground = forms.ChoiceField(
        label="Ground",
        choices=[("", "Choose a ground"), *CHOICES],
        error_messages={"required": "Select the ground"},
    )
    caller = small_radios("Who is calling?", codes.Caller.choices, "Select who is calling")
    came_at = DayAndTimeField(
        label="When did the call come in? (optional)",
        required=False,
        help_text="Leave empty if they are on the phone now. For example, 27 3 2026 14 05",
    )
    field_order = (
        "reference",
        "came_at",
        "number",
        "number_again",
        "ground",
        "caller",
        "email",
        "service",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields[
            "email"
        ].help_text = "If they have an account. They are asked to confirm within one working day."
        self.fields[
            "service"
        ].help_text = "If they have no account. Their service then stands for them."

    def clean_came_at(self) -> datetime | None:
        came_at: datetime | None = self.cleaned_data["came_at"]
        if came_at is not None and not policies.may_still_be_logged(came_at, timezone.now()):
            raise ValidationError(policies.CALL_TOO_OLD, code="too_old")
        return came_at

    def call(self) -> dict[str, Any]:
        """Return what was asked for as the action takes it."""
        given = self.cleaned_data
        practitioner = given.get("practitioner")
        return {
            "reference": given["reference"],
            "number": given["number"],
            "ground": given["ground"],
            "caller": given["caller"],
            "came_at": given["came_at"],
            "practitioner": practitioner,
            "service": practitioner.service if practitioner else given["service"],
        }


class RedirectedForm(Form):
    """When a family was told to speak to a practitioner, and of which kind: nothing else."""

    button = "Log it"
    on = DayMonthYearField(
        label="When did they ask the council?",
        past=True,
        help_text="For example, 27 3 2026",
        error_messages={"required": "Enter the day they asked"},
    )
    kind = small_radios(
        "Whom were they told to speak to?",
        codes.Redirected.choices,
        "Select whom they were told to speak to",
    )
