"""The days of a look at a record on the system, as forms ask for them, and which cannot be."""

from typing import Any

from django import forms

from shielding import clock
from shielding.checks.finding_codes import Finding
from shielding.records.models import Hold
from shielding.web.fields import DayMonthYearField


def open_day(label: str) -> DayMonthYearField:
    """Return the question for one of the days between which a record was open."""
    help_text = "Only if it was open and you know. For example, 27 3 2026"
    return DayMonthYearField(label=label, past=True, required=False, help_text=help_text)


def put_right(form: forms.Form, given: dict[str, Any]) -> None:
    """Put a sentence beside a day that cannot be."""
    first, last = given.get("open_from"), given.get("open_until")
    if (first or last) and given.get("finding") not in (None, Finding.OPEN):
        form.add_error("open_from" if first else "open_until", "Only if the record was open")
    if first and last and last < first:
        form.add_error("open_until", "The day cannot be before the day it was open from")


def refuse_before_asked(form: forms.Form, name: str, hold: Hold | None) -> None:
    """Put a sentence beside a day that is before this shield was asked for.

    That is the day of the hold, as the act has it: who first decided against a shield and was
    asked to look again asked for one later than they sent the request.
    """
    on = form.cleaned_data.get(name)
    if on and hold and on < clock.today(hold.placed_at):
        form.add_error(name, "The day cannot be before the day the shield was asked for")
