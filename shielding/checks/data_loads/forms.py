"""The day of a data load."""

from datetime import date

from django import forms
from django.conf import settings

from shielding.checks.data_loads.models import DataLoad
from shielding.web.fields import Form
from shielding.web.question_fields import PastDayField


class DataLoadForm(Form):
    """The day on which data were loaded into the system."""

    button = "Enter the data load"
    loaded_on = PastDayField(
        label=f"On which day were data loaded into {settings.SYSTEM_NAME}?",
        help_text="Today or before. For example, 27 3 2026",
        error_messages={"required": "Enter the day of the data load"},
    )

    def clean_loaded_on(self) -> date:
        day: date = self.cleaned_data["loaded_on"]
        if DataLoad.objects.in_force().filter(loaded_on=day).exists():
            raise forms.ValidationError("The data load of this day is entered already")
        return day
