"""What is asked of every call that the IW Team logs: which record, who calls, from which service.

Its reference is born with the form, so that sending it twice finds the first.
"""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from logbook.references import new_reference
from shielding.accounts.models import Service, User
from shielding.records.forms import RecordNumberField
from shielding.web.fields import EmailAddressField, Form, choice_of_rows
from shielding.web.question_fields import OPEN_AGAIN


class CallForm(Form):
    """A call about a record: its number twice, and the caller's account or service.

    A form brings back only a reference that was born in its own kind (`salt`): never that of
    something else. The `caller` that a form of this kind asks for says by `with_account` that
    they can sign in.
    """

    salt: ClassVar[str]
    with_account: ClassVar[str]
    reference = forms.CharField(widget=forms.HiddenInput)
    number = RecordNumberField(
        label="Record number", error_messages={"required": "Enter the record number"}
    )
    number_again = RecordNumberField(
        label="Record number again",
        help_text="",
        error_messages={"required": "Enter the record number again"},
    )
    email = EmailAddressField(label="Work email address of the practitioner", required=False)
    service = forms.ModelChoiceField(
        label="Service of the caller",
        queryset=Service.objects.none(),
        to_field_name="code",
        required=False,
        empty_label="Choose a service",
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"reference": self._signer().sign(new_reference())})
        service = choice_of_rows(self, "service")
        service.queryset = Service.objects.open()
        service.label_from_instance = lambda one: one.name

    @classmethod
    def _signer(cls) -> Signer:
        return Signer(salt=cls.salt)

    def clean_reference(self) -> str:
        try:
            return self._signer().unsign(self.cleaned_data["reference"])
        except BadSignature:
            raise ValidationError(OPEN_AGAIN) from None

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        number, again = given.get("number"), given.get("number_again")
        if number and again and number != again:
            self.add_error("number_again", "The two numbers are not the same")
        if given.get("caller") == self.with_account:
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
