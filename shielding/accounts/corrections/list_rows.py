"""The columns of the list of email addresses that wait for a second colleague."""

from collections.abc import Iterable

from django.urls import reverse

from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.telling_apart import person_cell
from shielding.web import cells
from shielding.web.cells import Rows, Text

HEADS = ("Change", "Person", "New address", "Proposed")


def address_rows(changes: Iterable[AddressChange]) -> Rows:
    """Return the table of proposed addresses; the reference leads to where one is confirmed."""
    return [
        [
            Text(
                change.reference,
                url=reverse("address_change", args=[change.reference]),
                code=True,
            ),
            person_cell(change.person),
            change.address,
            cells.moment(change.proposed_at, change.proposed_by),
        ]
        for change in changes
    ]
