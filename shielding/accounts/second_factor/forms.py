"""What is typed to sign in besides the password, and to set that up."""

import json
from typing import Any

from django import forms

from shielding.accounts.second_factor import recovery, totp
from shielding.accounts.second_factor.models import FactorKind
from shielding.web.fields import BareTextField, Form
from shielding.web.question_fields import labels, radios

_WHAT = {
    "app": "An app on your phone that shows six digits.",
    "key": "A key that you plug in, or the fingerprint, face or PIN of this device.",
}


class CodeForm(Form):
    """The six digits that an app shows now."""

    button = "Go on"
    code = BareTextField(
        label="Code",
        max_length=20,
        help_text="The six digits that your app shows now. They change every half minute.",
        error_messages={"required": "Enter the six digits that your app shows"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        return _read(totp.as_typed(self.cleaned_data["code"]), "Enter six digits, like 123456")


class RecoveryCodeForm(Form):
    """One of the ten codes that somebody kept."""

    button = "Go on"
    code = BareTextField(
        label="Recovery code",
        max_length=40,
        help_text="Ten letters and digits. Each code works once.",
        error_messages={"required": "Enter one of your recovery codes"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        wrong = "Enter ten letters and digits, like 7KQ4M-2XD9P"
        return _read(recovery.as_typed(self.cleaned_data["code"]), wrong)


class KindForm(Form):
    """An app, or a key."""

    kind = radios("What will you use?", labels(FactorKind), "Select an app or a key", _WHAT)

    def __init__(self, *args: Any, keys: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not keys:
            kind: Any = self.fields["kind"]
            kind.choices = [one for one in labels(FactorKind) if one[0] == FactorKind.APP]


class KeyForm(forms.Form):
    """What a security key answered, as the page's script puts it; nobody types it."""

    answer = forms.CharField(widget=forms.HiddenInput, max_length=20_000)

    def clean_answer(self) -> Any:
        try:
            return json.loads(self.cleaned_data["answer"])
        except (ValueError, RecursionError):
            raise forms.ValidationError("not an answer of a key") from None


class KeptForm(Form):
    """That the ten codes were kept."""

    button = "Go on"
    kept = forms.BooleanField(
        label="I have kept these codes where I find them without my phone",
        error_messages={"required": "Tick once you have kept them"},
    )


def _read(code: str, wrong: str) -> str:
    if not code:
        raise forms.ValidationError(wrong)
    return code
