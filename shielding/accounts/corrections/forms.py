"""The questions of the pages on which an email address is proposed and confirmed."""

from typing import Any

from django import forms

from shielding.accounts.addresses import why_not_this_address
from shielding.accounts.models import User
from shielding.web.fields import EmailAddressField, Form


class AddressForm(Form):
    """Another work email address for an account."""

    button = "Propose this address"
    address = EmailAddressField(
        label="New work email address",
        help_text="Their own, not one an office shares. Nothing changes before another colleague "
        "has phoned them and confirmed it.",
        error_messages={"required": "Enter their new work email address"},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_address(self) -> str:
        address = User.objects.as_stored(self.cleaned_data["address"])
        if address == self.person.email:
            raise forms.ValidationError("This is the email address they have")
        if User.objects.filter(email=address).exists():
            raise forms.ValidationError("There is an account with this email address already")
        if wrong := why_not_this_address(address, but=self.person):
            raise forms.ValidationError(wrong)
        return address


class ConfirmAddressForm(Form):
    """That whoever confirms phoned the person, about this address."""

    button = "Confirm: change the address"
    button_kind = "warning"
    phoned = forms.BooleanField(
        label="I phoned them on a number from the directory, and the new address is theirs",
        error_messages={"required": "Tick once you phoned them"},
    )
