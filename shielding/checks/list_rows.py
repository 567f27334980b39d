"""The columns of the list of what was found of a record."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from shielding.checks.models import Check
from shielding.web.cells import Rows, day, moment

if TYPE_CHECKING:
    pass

HEADS = ("Looked", "Found", "Open from", "Open until")


def check_rows(looks: Iterable[Check]) -> Rows:
    """Return what was found of a record."""
    return [
        [
            moment(one.at, one.by),
            one.get_finding_display(),
            day(one.open_from),
            day(one.open_until),
        ]
        for one in looks
    ]
