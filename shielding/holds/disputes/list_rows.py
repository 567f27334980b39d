"""The columns of the list of suspensions that are said to be wrong."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.suspensions import Suspension
from shielding.accounts.telling_apart import person_cell
from shielding.web import cells
from shielding.web.cells import Rows, Text

if TYPE_CHECKING:
    pass

SUSPENSION_HEADS = ("Suspension", "Person", "Suspended", "Said to be wrong")


def suspension_rows(suspensions: Iterable[Suspension]) -> Rows:
    """Return the list of suspensions that are said to be wrong."""
    return [
        [
            Text(one.reference, url=reverse("suspension", args=[one.reference]), code=True),
            person_cell(one.person),
            cells.moment(one.suspended_at, one.suspended_by),
            cells.moment(one.disputed_at, one.disputed_by) if one.disputed_at else "",
        ]
        for one in suspensions
    ]
