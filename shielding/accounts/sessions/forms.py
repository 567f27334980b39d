"""What a member found who phoned the person."""

from django import forms

from shielding.accounts.sessions.session_codes import Found
from shielding.web.fields import Form


class SettleNotMeForm(Form):
    """That the person was phoned, and what they said."""

    button = "Settle it"
    phoned = forms.BooleanField(
        label="I phoned them on a number from the directory",
        error_messages={"required": "Tick once you have phoned them"},
    )
    found = forms.ChoiceField(
        label="What did they say?",
        choices=Found.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what they said"},
    )
