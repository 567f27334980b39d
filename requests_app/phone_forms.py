"""What the IW Team is asked when it logs what came by phone."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from logbook.references import new_reference
from requests_app import codes
from requests_app.desk_forms import small_radios
from shielding.accounts.fields import DayMonthYearField, EmailAddressField, Form
from shielding.accounts.models import Service, User
from shielding.forms import RecordNumberField
from shielding.grounds import CHOICES

# A form brings back only a reference that was born here: never that of something else.
_OPEN_AGAIN = "Open this page again: it is out of date"
_SIGNED = Signer(salt="phoned request")


class PhonedForm(Form):
    """A request somebody phones in: the number twice, the ground, and who calls.

    Its reference is born with the form, so that sending it twice finds the first.
    """

    button = "Log the request and place the hold"
    reference = forms.CharField(widget=forms.HiddenInput)
    number = RecordNumberField(
        label="Record number", error_messages={"required": "Enter the record number"}
    )
    number_again = RecordNumberField(
        label="Record number again",
        help_text="",
        error_messages={"required": "Enter the record number again"},
    )
    ground = forms.ChoiceField(
        label="Ground",
        choices=[("", "Choose a ground"), *CHOICES],
        error_messages={"required": "Select the ground"},
    )
    caller = small_radios("Who is calling?", codes.Caller.choices, "Select who is calling")
    email = EmailAddressField(
        label="Work email address of the practitioner",
        required=False,
        help_text="If they have an account. They are asked to confirm within one working day.",
    )
    service = forms.ModelChoiceField(
        label="Service of the caller",
        queryset=Service.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="Choose a service",
        help_text="If they have no account. Their service then stands for them.",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"reference": _SIGNED.sign(new_reference())})
        service = self.fields["service"]
        service.queryset = Service.objects.open()
        service.label_from_instance = lambda one: one.name

    def clean_reference(self) -> str:
        try:
            return _SIGNED.unsign(self.cleaned_data["reference"])
        except BadSignature:
            raise ValidationError(_OPEN_AGAIN) from None

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        number, again = given.get("number"), given.get("number_again")
        if number and again and number != again:
            self.add_error("number_again", "The two numbers are not the same")
        if given.get("caller") == codes.Caller.PRACTITIONER:
            self._find_practitioner()
        elif given.get("caller") and "service" not in self.errors and not given.get("service"):
            self.add_error("service", "Select the service of the caller")
        return given

    def _find_practitioner(self) -> None:
        """Look the address up exactly: a list of everybody would be long and easily misread."""
        if "email" in self.errors:
            return
        email = self.cleaned_data.get("email")
        people = User.objects.working().practitioners().select_related("service")
        found = people.filter(email=User.objects.as_stored(email or "")).first()
        if not email:
            self.add_error("email", "Enter the work email address of the practitioner")
        elif found is None:
            self.add_error("email", "No practitioner with an account has this email address")
        self.cleaned_data["practitioner"] = found

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
