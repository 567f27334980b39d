"""A proposed email address, as its page shows it."""

from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.history import phone_last_set
from shielding.web import cells
from shielding.web.cells import Fact, Facts


def facts(change: AddressChange) -> Facts:
    """Return whose address changes, to which, who did what about it, and the number to phone."""
    person = change.person
    rows = [
        Fact("Person", person.name),
        Fact("Email address", person.email),
        Fact("New address", change.address),
        Fact("Work phone number", person.phone or "None in the directory"),
        Fact("Proposed", cells.moment(change.proposed_at, change.proposed_by)),
    ]
    if number := phone_last_set(person):
        rows.insert(4, Fact("Phone number set", cells.moment(number.at, number.by)))
    if change.confirmed_at:
        rows.append(Fact("Confirmed", cells.done(change.confirmed_at, change.confirmed_by)))
    if change.withdrawn_at:
        rows.append(Fact("Taken back", cells.done(change.withdrawn_at, change.withdrawn_by)))
    return rows
