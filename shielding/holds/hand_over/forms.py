"""Which colleague takes over, and what the second member confirms."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from logbook.references import is_reference
from shielding.accounts.directory.forms import PersonField
from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_and_email
from shielding.web.fields import Form, choice_of_rows
from shielding.web.question_fields import OPEN_AGAIN


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


class ConfirmHandOverForm(Form):
    """The second of two: they hand over what the page showed, and nothing that came since."""

    button = "Confirm: hand over"
    button_kind = "warning"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: QueryDict | None = None, *, shown: list[str]) -> None:
        super().__init__(data, initial={"seen": " ".join(shown)})

    def clean_seen(self) -> list[str]:
        """Return the references the page showed; anything else is of no page of ours."""
        seen: list[str] = self.cleaned_data["seen"].split()
        if not all(map(is_reference, seen)):
            raise ValidationError(OPEN_AGAIN, code="invalid")
        return seen
