"""The question of who stands in for a manager, and when."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from logbook.days import clock_now, london_day
from shielding.accounts.colleagues import NobodyNamed, named_by_email
from shielding.accounts.deputies import policies
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.deputies.time_limits import MOST_DAYS, OF_DAYS
from shielding.accounts.directory.forms import PersonField
from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_and_email
from shielding.web.fields import (
    DayMonthYearField,
    EmailAddressField,
    Form,
    choice_of_rows,
)


class _DaysForm(Form):
    """From when to when, and nothing of who it is before the days are right."""

    button = "Name the deputy"
    # Whether an email was typed that nobody has who may be named: the view notes it.
    nobody_named = False
    field_order = ("deputy", "first_day", "last_day")
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

    def __init__(self, *args: Any, manager: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manager = manager

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first is None or last is None:
            return cleaned
        if wrong := policies.why_not_these_days(first, last, london_day(clock_now())):
            self.add_error("last_day", wrong)
        elif Deputy.objects.for_manager(self.manager).overlapping(first, last).exists():
            self.add_error("first_day", "Somebody stands in on one of these days already")
        elif (deputy := self.person()) and (
            wrong := policies.why_not_these_days_of(deputy, self.manager, first, last)
        ):
            self.add_error("last_day", wrong)
        return cleaned

    def person(self) -> User | None:
        """Return who stands in, asked only where the days are right."""
        raise NotImplementedError


class DeputyForm(_DaysForm):
    """Who stands in for somebody, as the IW Team chooses: services are named to it alone."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choice_of_rows(self, "deputy")
        field.queryset = User.objects.fit_to_stand_in(self.manager).select_related("service")
        field.label_from_instance = name_and_email

    def people(self) -> QuerySet[User]:
        """Return whom one can choose from."""
        return choice_of_rows(self, "deputy").queryset

    def person(self) -> User | None:
        return self.cleaned_data.get("deputy")


class OwnDeputyForm(_DaysForm):
    """Who stands in for oneself, by their exact work email: staff are not listed to their like."""

    deputy = EmailAddressField(
        label="Work email of your deputy",
        help_text="Their exact work email. They manage others in your service, or are above you.",
        error_messages={"required": "Enter the work email of who stands in"},
    )

    def person(self) -> User | None:
        email = self.cleaned_data.get("deputy")
        if not email or self.errors:
            return None
        fit = User.objects.fit_to_stand_in(self.manager)
        try:
            found = named_by_email(email, fit, by=self.manager, now=clock_now())
        except ValidationError as error:
            self.nobody_named = isinstance(error, NobodyNamed)
            self.add_error("deputy", error)
            return None
        self.cleaned_data["deputy"] = found
        return found
