"""What the IW Team attests of the end of a record."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from logbook.references import is_reference
from shielding.checks.actions import SHIELDED, Found
from shielding.checks.finding_codes import IS_SHIELDED, FoundOpen
from shielding.checks.forms import FindingForm
from shielding.filled import filled
from shielding.records import end_codes
from shielding.records.models import Record
from shielding.unshield import policies
from shielding.unshield.other_ends import ATTESTATIONS, Receipt
from shielding.web.fields import Form
from shielding.web.question_fields import OPEN_AGAIN, PastDayField, SeenField

_OF_A_RECEIPT = {
    "receipt_came": "Select how the other authority confirmed it",
    "receipt_on": "Enter the day on which the other authority confirmed it",
}


class FoundForm(FindingForm):
    """What a look at the system found, of a record that may have been opened there."""

    found = forms.ChoiceField(
        label="Had the record already been opened?",
        choices=FoundOpen.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Only if it is shielded now.",
    )

    def __init__(self, data: QueryDict | None = None, *, button: str) -> None:
        super().__init__(data)
        self.button = button

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        unsaid = "found" not in self.errors and not given.get("found")
        if unsaid and given.get("finding") in IS_SHIELDED:
            self.add_error("found", "Select whether the record had already been opened")
        return super().clean()


class EndForm(Form):
    """How a record ended; of a child who moved away also when and how the receipt came."""

    button = "Propose that it has ended"
    button_kind = "warning"
    code = forms.ChoiceField(
        label="How did the record end?",
        choices=end_codes.CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how the record ended"},
    )
    receipt_came = forms.ChoiceField(
        label="If the child moved: how did the other authority confirm that it keeps the shield?",
        choices=end_codes.ReceiptCame.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="Without that the record cannot end.",
    )
    receipt_on = PastDayField(
        label="If the child moved: on which day did the other authority confirm it?",
        required=False,
        help_text="For example, 27 3 2026",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the receipt of a child who moved away, and pass over what is said of another."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        moved = cleaned.get("code") == end_codes.MOVED_AWAY
        for name, needed in _OF_A_RECEIPT.items():
            if not moved:
                self.errors.pop(name, None)
            elif name in cleaned and not cleaned[name]:
                self.add_error(name, needed)
        return cleaned

    def end(self) -> dict[str, Any]:
        """Return the answers as the act takes them."""
        given = self.cleaned_data
        if given["code"] != end_codes.MOVED_AWAY:
            return {"code": given["code"]}
        receipt = Receipt(on=given["receipt_on"], came=given["receipt_came"])
        return {"code": given["code"], "receipt": receipt}


class ConfirmEndForm(FindingForm):
    """The second of two: what was found, and what the end needs, of the requests the page showed.

    What the end needs is attested only where it can end on what was found. The end too is the one
    that the page showed: it may have been taken back, and another proposed.
    """

    button = "Confirm: the record has ended"
    button_kind = "warning"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    proposed = SeenField(required=False)
    attested = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, *, record: Record) -> None:
        standing = sorted(record.holds.standing().values_list("reference", flat=True))
        proposed = filled(record.end_proposed_at).isoformat()
        super().__init__(data, initial={"seen": " ".join(standing), "proposed": proposed})
        self.code = record.end_code
        if sentence := ATTESTATIONS.get(record.end_code):
            self.fields["attested"].label = sentence
        else:
            del self.fields["attested"]

    def clean_seen(self) -> list[str]:
        """Return the references the page showed; anything else is of no page of ours."""
        seen: list[str] = self.cleaned_data["seen"].split()
        if not all(map(is_reference, seen)):
            raise ValidationError(OPEN_AGAIN, code="invalid")
        return seen

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        found: Found | None = given.get("saw")
        if found and self.ends_on(found) and "attested" in self.fields and not given["attested"]:
            self.add_error("attested", "Tick once you checked this")
        return given

    def ends_on(self, found: Found) -> bool:
        """Return whether the record ends on what was found."""
        return policies.ends_on(found, self.code)

    def attestations(self) -> dict[str, Any]:
        """Return what was found and ticked as the act takes it."""
        given = self.cleaned_data
        return {
            "seen": given["seen"],
            "proposed": given["proposed"],
            "attested": given.get("attested", False),
            "no_duplicate": given["saw"] == SHIELDED,
            "saw": given["saw"],
        }
