"""A reset of a second factor as its pages show it."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from shielding.accounts.factor_resets import spoken_code
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.history import phone_last_set
from shielding.accounts.models import User
from shielding.accounts.telling_apart import person_cell
from shielding.web import cells
from shielding.web.cells import Fact, Facts, Rows, Text

HEADS = ("Reset", "Person", "Proposed")


def person_facts(person: User) -> Facts:
    """Return who it is, and the number on which to make sure of them."""
    rows = [
        Fact("Person", person.name),
        Fact("Email address", person.email),
        Fact("Work phone number", person.phone or "None in the directory"),
    ]
    if number := phone_last_set(person):
        rows.append(Fact("Phone number set", cells.moment(number.at, number.by)))
    return rows


def facts(reset: FactorReset) -> Facts:
    """Return whose it is, the number to phone, and who did what about it."""
    rows = [*person_facts(reset.person)]
    if reset.confirmed_at or not reset.done_at:
        rows.append(Fact("Proposed", cells.moment(reset.proposed_at, reset.proposed_by)))
    if reset.done_at:
        by = reset.confirmed_by or reset.proposed_by
        rows.append(Fact("Reset", cells.done(reset.done_at, by)))
    if reset.used_at:
        rows.append(Fact("Another one set up", when=reset.used_at))
    if reset.withdrawn_at:
        rows.append(Fact("Taken back", cells.done(reset.withdrawn_at, reset.withdrawn_by)))
    return rows


def code_for(reset: FactorReset, reader: User, now: datetime) -> str:
    """Return the code to read aloud, for whoever did the reset, within its hour; else nothing."""
    if reset.done_at is None or reset.used_at is not None or not spoken_code.is_good(reset, now):
        return ""
    by = reset.confirmed_by_id or reset.proposed_by_id
    return spoken_code.as_shown(spoken_code.code_of(reset)) if reader.pk == by else ""


def reset_rows(resets: Iterable[FactorReset]) -> Rows:
    """Return the table of proposed resets; the reference leads to where one is confirmed."""
    return [
        [
            Text(one.reference, url=reverse("factor_reset", args=[one.reference]), code=True),
            person_cell(one.person),
            cells.moment(one.proposed_at, one.proposed_by),
        ]
        for one in resets
    ]
