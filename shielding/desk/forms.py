"""Why a record is looked for, and its number; what was found of one that nobody asks for."""

from typing import Any

from django import forms

from shielding.accounts.models import User
from shielding.checks.forms import FindingForm
from shielding.desk.find_record_codes import purposes_of
from shielding.records.forms import RecordNumberField
from shielding.web.fields import Form, choice


class PurposeForm(Form):
    """Why a record is opened that was not come to by way of work."""

    button = "Open the record"
    heading = "purpose"
    purpose = forms.ChoiceField(
        label="Why are you opening this record?",
        widget=forms.RadioSelect,
        help_text="The logbook keeps your reason.",
        error_messages={"required": "Select why you are opening this record"},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        """Ask for the purposes that this person may have."""
        super().__init__(*args, **kwargs)
        choice(self, "purpose").choices = [(one.value, one.label) for one in purposes_of(by)]


class FindRecordForm(PurposeForm):
    """Why a record is looked for, then its number; both before anything is looked up."""

    button = "Find the record"
    heading = ""
    purpose = forms.ChoiceField(
        label="Why are you looking for this record?",
        widget=forms.RadioSelect,
        help_text="The logbook keeps your reason, whether or not there is such a record.",
        error_messages={"required": "Select why you are looking for this record"},
    )
    number = RecordNumberField(
        label="Record number", error_messages={"required": "Enter the record number"}
    )


class NeverAppliedForm(FindingForm):
    """What a look found of a record that nobody asks for any more, and nobody attested."""

    button = "Record what I found"
    button_kind = "warning"
