"""Who is on duty, and on which days."""

from datetime import date
from typing import Any

from django import forms

from shielding.accounts.models import User
from shielding.accounts.telling_apart import name_and_email
from shielding.duty import policies
from shielding.web.fields import DayMonthYearField, Form, choice

NOBODY = "nobody"


class RotaForm(Form):
    """A member, or nobody, from one day to another."""

    button = "Change the rota"
    first_day = DayMonthYearField(
        label="First day",
        help_text="A day of duty begins at 8am and ends at 8am of the next. For example, 27 3 2026",
        error_messages={"required": "Enter the first day"},
    )
    last_day = DayMonthYearField(
        label="Last day (optional)",
        help_text="Leave it empty for one day.",
        required=False,
    )
    member = forms.ChoiceField(
        label="Who is on duty?", error_messages={"required": "Select who is on duty"}
    )

    def __init__(self, *args: Any, running: date, **kwargs: Any) -> None:
        """`running` is the day of duty that runs now: those before it are over."""
        super().__init__(*args, **kwargs)
        self.running = running
        self.team = {str(one.uid): one for one in User.objects.working().iw_team()}
        choice(self, "member").choices = [
            ("", "Choose a member"),
            *((uid, name_and_email(one)) for uid, one in self.team.items()),
            (NOBODY, "Nobody: take whoever is set off these days"),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first = cleaned.get("first_day")
        if first and (wrong := policies.why_not_first(first, self.running)):
            self.add_error("first_day", wrong)
        elif first and "last_day" not in self.errors:
            cleaned["last_day"] = cleaned.get("last_day") or first
            if wrong := policies.why_not_last(first, cleaned["last_day"]):
                self.add_error("last_day", wrong)
        return cleaned

    def said(self) -> dict[str, Any]:
        """Return what the act takes: the days, and the member or None for nobody."""
        given = self.cleaned_data
        member = self.team.get(given["member"])
        return {"first": given["first_day"], "last": given["last_day"], "member": member}
