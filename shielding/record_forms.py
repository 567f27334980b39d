"""What the IW Team attests of a record: a review's conclusion, a look at the system, an end."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from logbook.references import is_reference
from shielding import ends
from shielding.accounts.fields import Form
from shielding.accounts.forms import PersonField
from shielding.accounts.models import User
from shielding.found import FoundOpen
from shielding.models import Record

_OPEN_AGAIN = "Open this page again: it is out of date"


def _no_duplicate() -> forms.BooleanField:
    return forms.BooleanField(
        label="No duplicate or unmatched unshielded record was found",
        error_messages={
            "required": "Look for duplicate and unmatched records, then tick to say so"
        },
    )


class ConcludeForm(Form):
    """The conclusion of a six-monthly review; it brings back the next date that was shown."""

    button = "Conclude the review"
    next_shown = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _OPEN_AGAIN})
    no_duplicate = _no_duplicate()

    def __init__(self, data: Any = None, *, to: str, next_due: date | None = None) -> None:
        super().__init__(data, initial={"next_shown": next_due})
        self.to = to

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.form_action = self.to
        return helper

    def clean_next_shown(self) -> date:
        try:
            return date.fromisoformat(self.cleaned_data["next_shown"])
        except ValueError:
            raise ValidationError(_OPEN_AGAIN, code="invalid") from None


class FoundForm(Form):
    """What a look at the system found, of a record that may have been opened there."""

    found = forms.ChoiceField(
        label="Had the record already been opened?",
        choices=FoundOpen.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the record had already been opened"},
    )

    def __init__(self, data: Any = None, *, button: str) -> None:
        super().__init__(data)
        self.button = button


class EndForm(Form):
    """How a record ended."""

    button = "Propose that it has ended"
    button_kind = "warning"
    code = forms.ChoiceField(
        label="How did the record end?",
        choices=ends.CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the record ended"},
    )


class ConfirmEndForm(Form):
    """The second of two: what the end needs is attested, of the requests that the page showed."""

    button = "Confirm: the record has ended"
    button_kind = "warning"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    attested = forms.BooleanField(error_messages={"required": "Tick once you checked this"})
    no_duplicate = _no_duplicate()

    def __init__(self, data: Any = None, *, record: Record) -> None:
        standing = sorted(record.holds.standing().values_list("reference", flat=True))
        super().__init__(data, initial={"seen": " ".join(standing)})
        sentence = ends.END[record.end_code].attest
        if sentence:
            self.fields["attested"].label = sentence
        else:
            del self.fields["attested"]

    def clean_seen(self) -> list[str]:
        """Return the references the page showed; anything else is of no page of ours."""
        seen: list[str] = self.cleaned_data["seen"].split()
        if not all(map(is_reference, seen)):
            raise ValidationError(_OPEN_AGAIN, code="invalid")
        return seen

    def attestations(self) -> dict[str, Any]:
        """Return what was ticked as the act takes it."""
        given = self.cleaned_data
        return {
            "seen": given["seen"],
            "attested": given.get("attested", False),
            "no_duplicate": given["no_duplicate"],
        }


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

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data)
        field = self.fields["to"]
        working = User.objects.working().practitioners().filter(service=person.service_id)
        field.queryset = working.exclude(pk=person.pk).order_by("name")
        field.label_from_instance = lambda colleague: colleague.name
