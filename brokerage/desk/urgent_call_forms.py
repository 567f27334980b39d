"""What the IW Team is asked when it logs an urgent call."""

from typing import Any

from django import forms
from django.http import QueryDict

from brokerage import access_request_codes as codes
from brokerage.access_request_codes import OUTCOMES_OF_A_CALL, Caller
from shielding.desk.caller_forms import CallForm
from shielding.web.question_fields import small_radios, tick


class UrgentForm(CallForm):
    """A call that could not wait: the number twice, who called, for what, and what came of it."""

    salt = "urgent call"
    with_account = Caller.PRACTITIONER
    button = "Log the call"
    caller = small_radios("Who called?", Caller.choices, "Select who called")
    purpose = forms.ChoiceField(
        label="Purpose",
        choices=[("", "Choose a purpose"), *codes.Purpose.choices],
        error_messages={"required": "Select the purpose"},
    )
    sought = small_radios("What was sought?", codes.Sought.choices, "Select what was sought")
    outcome = small_radios(
        "What came of it?",
        [(one.value, one.label) for one in OUTCOMES_OF_A_CALL],
        "Select what came of it",
    )
    called_back = tick(
        "I called back on a number of the directory",
        "Call back on a number of the directory first, then tick to say so",
    )
    field_order = (
        "reference",
        "number",
        "number_again",
        "caller",
        "email",
        "service",
        "purpose",
        "sought",
        "outcome",
        "called_back",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["email"].help_text = "If they have an account. Their line manager is told."
        self.fields["service"].help_text = "If they have no account."

    def call(self) -> dict[str, Any]:
        """Return what was said as the act takes it."""
        given = self.cleaned_data
        requester = given.get("practitioner")
        named = ("reference", "number", "caller", "purpose", "sought", "outcome", "called_back")
        return {name: given[name] for name in named} | {
            "requester": requester,
            "service": requester.service if requester else given["service"],
        }
