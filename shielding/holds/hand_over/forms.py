"""Which colleague takes over, and what the second member confirms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from logbook.references import is_reference
from shielding.accounts.directory.forms import PersonField
from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_and_email
from shielding.holds.hand_over.models import HandOver
from shielding.holds.involvement import Involvement
from shielding.records.models import Hold
from shielding.web.fields import EmailAddressField, Form, choice_of_rows
from shielding.web.question_fields import OPEN_AGAIN, small_radios


class ColleagueForm(Form):
    """Who takes over: a working practitioner of the same service."""

    button = "Continue"
    to = PersonField(
        label="Colleague",
        queryset=User.objects.none(),
        to_field_name="uid",
        empty_label="Choose a colleague",
        error_messages={
            "required": "Select a colleague",
            "invalid_choice": "Select one of the people shown",
        },
    )

    def __init__(self, data: QueryDict | None = None, *, person: User) -> None:
        super().__init__(data)
        field = choice_of_rows(self, "to")
        working = User.objects.working().practitioners().filter(service=person.service_id)
        field.queryset = working.exclude(pk=person.pk).select_related("service")
        field.label_from_instance = name_and_email


class WhoseItIsForm(Form):
    """Whose one request is: a working practitioner of any service.

    Their address is looked up exactly: a list of everybody would be long and easily misread.
    """

    button = "Continue"
    email = EmailAddressField(
        label="Work email address of the practitioner whose request it is",
        error_messages={"required": "Enter the work email address of the practitioner"},
    )

    def __init__(self, data: QueryDict | None = None, *, hold: Hold) -> None:
        super().__init__(data)
        self.hold = hold

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "email" in given:
            email = User.objects.as_stored(given["email"])
            found = User.objects.working().practitioners().filter(email=email).first()
            if found is None:
                self.add_error("email", "No practitioner with an account has this email address")
            elif found.pk == self.hold.source_id:
                self.add_error("email", "This request is theirs already")
            given["to"] = found
        return given


class ConfirmHandOverForm(Form):
    """The second of two: they hand over what the page showed, and nothing that came since.

    Of one request alone they have phoned both practitioners: one member alone could say that it is
    not the first one's, and tell the number to the second. Neither hears it from us. That they are
    involved is attested of the new one as of whoever asks for a shield.
    """

    button = "Confirm: hand over"
    button_kind = "warning"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    not_theirs = forms.BooleanField(
        label="I phoned the first practitioner on a number from the directory, and they said that "
        "this request is not theirs",
        help_text="Or, if they are gone, their line manager.",
        error_messages={"required": "Tick once they said that it is not theirs"},
    )
    phoned = forms.BooleanField(
        label="I phoned the new practitioner on a number from the directory. They said that the "
        "shield is theirs, and the record number that they read to me is the number of this "
        "record. I did not read it to them",
        error_messages={"required": "Tick once they read you the number of this record"},
    )
    involvement = small_radios(
        "How do you know that the new practitioner is involved?",
        Involvement.choices,
        "Select how you know that the new practitioner is involved",
    )

    def __init__(
        self, data: QueryDict | None = None, *, hand_over: HandOver, shown: list[str]
    ) -> None:
        super().__init__(data, initial={"seen": " ".join(shown)})
        if hand_over.only is None:
            del self.fields["not_theirs"], self.fields["phoned"], self.fields["involvement"]

    def clean_seen(self) -> list[str]:
        """Return the references the page showed; anything else is of no page of ours."""
        seen: list[str] = self.cleaned_data["seen"].split()
        if not all(map(is_reference, seen)):
            raise ValidationError(OPEN_AGAIN, code="invalid")
        return seen
