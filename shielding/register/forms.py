"""What an IW lead may narrow the register by."""

from typing import Any

from django import forms

from shielding.accounts.models import Service
from shielding.records import grounds
from shielding.web.fields import Form, choice_of_rows


class NarrowForm(Form):
    """A ground, a service, or both."""

    ground = forms.ChoiceField(
        label="Ground", required=False, choices=[("", "Every ground"), *grounds.CHOICES]
    )
    service = forms.ModelChoiceField(
        label="Service",
        required=False,
        queryset=Service.objects.none(),
        to_field_name="code",
        empty_label="Every service",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of_rows(self, "service").queryset = Service.objects.order_by("name", "id")
        choice_of_rows(self, "service").label_from_instance = lambda service: service.name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            self.add_error("ground", "Select a ground, a service, or both")
        return cleaned
