"""The question of who stands in for a manager, and when."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from shielding.accounts.deputies import policies
from shielding.accounts.deputies.models import MOST_DAYS, OF_DAYS, Deputy
from shielding.accounts.directory.forms import PersonField, name_and_service
from shielding.accounts.models import User
from shielding.web.fields import DayMonthYearField, Form, choice_of_rows


class DeputyForm(Form):
    """Who stands in for a manager, and when. Services are named to the IW Team alone."""

    button = "Name the deputy"
    deputy = PersonField(
        label="Deputy",
        queryset=User.objects.none(),
        to_field_name="uid",
        empty_label="Choose a person",
        error_messages={
            "required": "Select who stands in",
            "invalid_choice": "Select one of the people shown",
        },
        help_text="Somebody who manages others in the same service, or a manager above.",
    )
    first_day = DayMonthYearField(
        label="First day",
        future=True,
        error_messages={"required": "Enter the first day"},
    )
    last_day = DayMonthYearField(
        label="Last day",
        future=True,
        help_text=f"At most {MOST_DAYS} days of any {OF_DAYS}, first and last day counted, and"
        " within a year from today. It ends by itself.",
        error_messages={"required": "Enter the last day"},
    )

    def __init__(self, *args: Any, manager: User, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manager = manager
        field = choice_of_rows(self, "deputy")
        field.queryset = User.objects.fit_to_stand_in(manager).select_related("service")
        field.label_from_instance = name_and_service if reader.is_iw else lambda one: one.name

    def people(self) -> QuerySet[User]:
        """Return whom one can choose from."""
        return choice_of_rows(self, "deputy").queryset

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is None or last is None:
            return cleaned
        if wrong := policies.why_not_these_days(first, last, timezone.localdate()):
            self.add_error("last_day", wrong)
        elif Deputy.objects.for_manager(self.manager).overlapping(first, last).exists():
            self.add_error("first_day", "Somebody stands in on one of these days already")
        elif (deputy := cleaned.get("deputy")) and (
            wrong := policies.why_not_these_days_of(deputy, self.manager, first, last)
        ):
            self.add_error("last_day", wrong)
        return cleaned
