"""What is asked of whoever resets a second factor, and of the person afterwards."""

from django import forms

from shielding.accounts.factor_resets import spoken_code
from shielding.web.fields import BareTextField, Form
from shielding.web.question_fields import tick


class PhonedForm(Form):
    """That whoever resets is on the phone with the person."""

    button = "Reset it"
    button_kind = "warning"
    phoned = tick(
        "I phoned them on a number from the directory, and they are on the phone now",
        "Tick once you have them on the phone",
    )


class ProposeForm(Form):
    """Nothing to say but that it is proposed."""

    button = "Propose the reset"


class SpokenCodeForm(Form):
    """The code that the person was told on the phone."""

    button = "Go on"
    code = BareTextField(
        label="Code from the phone",
        max_length=40,
        help_text="Eight letters and digits that the IW Team read to you. Good for an hour.",
        error_messages={"required": "Enter the code that you were told on the phone"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> str:
        code = spoken_code.as_typed(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("Enter eight letters and digits, like 7KQ4-M2XD")
        return code
