"""What a member found who looked at a record on the system: the same question on every page."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from shielding import clock
from shielding.checks.actions import Found
from shielding.checks.finding_codes import IS_SHIELDED, Finding
from shielding.records import states
from shielding.records.models import Hold, Record
from shielding.web.fields import DayMonthYearField, Form
from shielding.web.question_fields import Radios, small_radios


def finding_field() -> Radios:
    """Return the question what was found."""
    asked = f"What did you find on {settings.SYSTEM_NAME}?"
    return small_radios(asked, Finding.choices, "Select what you found")


def open_day(label: str) -> DayMonthYearField:
    """Return the question for one of the days between which a record was open."""
    help_text = "Only if it was open and you know. For example, 27 3 2026"
    return DayMonthYearField(label=label, past=True, required=False, help_text=help_text)


class FindingForm(Form):
    """What was found, and of a record that was open the days, where they are known.

    The cleaned data have it as `saw`, whole.
    """

    finding = finding_field()
    open_from = open_day("Open from (optional)")
    open_until = open_day("Open until (optional)")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        put_right(self, given)
        return given if self.errors else given | {"saw": saw(given)}

    def said(self) -> dict[str, Any]:
        """Return what the act takes."""
        return without_parts(self.cleaned_data)


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


def saw(given: dict[str, Any]) -> Found:
    """Return what was found, whole."""
    first: date | None = given.get("open_from")
    return Found(given["finding"], open_from=first, open_until=given.get("open_until"))


def without_parts(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was answered without the parts of which `saw` is made."""
    parts = ("finding", "open_from", "open_until")
    return {name: value for name, value in given.items() if name not in parts}


class CheckForm(FindingForm):
    """A look by itself. That a record is shielded which waits to be is attested elsewhere."""

    button = "Record what I found"

    def __init__(self, *args: Any, record: Record) -> None:
        super().__init__(*args)
        if record.state != states.SHIELDED:
            field: Any = self.fields["finding"]
            field.choices = [
                (
                    code,
                    f"{words}. This does not attest the shield" if code in IS_SHIELDED else words,
                )
                for code, words in field.choices
                if code != Finding.SHIELDED
            ]
