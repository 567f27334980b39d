"""What the IW Team attests as it concludes a six-monthly review."""

from datetime import date

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from shielding.checks.forms import FindingForm
from shielding.web.question_fields import OPEN_AGAIN


class ConcludeForm(FindingForm):
    """The conclusion of a six-monthly review; it brings back the next date that was shown."""

    button = "Conclude the review"
    next_shown = forms.CharField(widget=forms.HiddenInput, error_messages={"required": OPEN_AGAIN})

    def __init__(
        self, data: QueryDict | None = None, *, to: str, next_due: date | None = None
    ) -> None:
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
            raise ValidationError(OPEN_AGAIN, code="invalid") from None
