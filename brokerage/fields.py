"""The form field for free text that the guard has read, and what a form then knows about it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from brokerage.guard import in_words, inspect
from shielding.accounts.fields import PlainTextField

MOST_CHARACTERS = 300
CASE_INFORMATION = "case_information"


class GuardedText(PlainTextField):
    """Free text of at most 300 characters that identifies nobody, as far as a machine can tell.

    Refuses what other text fields refuse, and what the guard refuses; the message names the kind
    and never repeats the text. `noun` is what it calls it: "Your reason seems to include ...".
    """

    widget = forms.Textarea

    def __init__(self, *, noun: str = "reason", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MOST_CHARACTERS)
        self.noun = noun
        super().__init__(**kwargs)

    def run_validators(self, value: str) -> None:
        super().run_validators(value)  # too long is said first, and is not read
        kinds = inspect(value, timezone.localdate()).refused
        if kinds:
            them = "it" if len(kinds) == 1 else "them"
            raise ValidationError(
                f"Your {self.noun} seems to include {in_words(kinds)}. Remove {them}.",
                code=CASE_INFORMATION,
                params={"kinds": kinds},
            )


class GuardedForm(forms.Form):
    """Mixed into a form with guarded text: what was refused and what is to be asked, by field.

    Both are codes of guard.KINDS for a page, an entry or a count; the text is in neither.
    """

    @property
    def refused(self) -> dict[str, tuple[str, ...]]:
        """The kinds for which each field was refused; empty unless the guard refused something."""
        return {
            name: error.params["kinds"]
            for name, errors in self.errors.as_data().items()
            for error in errors
            if error.code == CASE_INFORMATION
        }

    @property
    def questioned(self) -> dict[str, tuple[str, ...]]:
        """The kinds to ask about in each field of a valid form; empty if there is nothing to."""
        if not self.is_valid():
            return {}
        found = {
            name: inspect(self.cleaned_data[name], timezone.localdate()).questioned
            for name, field in self.fields.items()
            if isinstance(field, GuardedText)
        }
        return {name: kinds for name, kinds in found.items() if kinds}
