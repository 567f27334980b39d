"""How far the check after a data load is, in words. For the IW Team only."""

from typing import TYPE_CHECKING

from shielding.accounts.models import User
from shielding.checks.data_loads.lists import Looked, first_and_second
from shielding.checks.data_loads.models import DataLoad
from shielding.records.models import Record
from shielding.web.cells import day, moment

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


def title(load: DataLoad | None) -> str:
    """Return what is to be checked again: after a load, or what was taken over from a file."""
    if load is None:
        return "To check again after an import"
    return f"To check again after the data load of {day(load.loaded_on)}"


def progress_words(both: int, of: int) -> str:
    """Return how far the check of a load is."""
    return f"{both} of {of} checked by two members"


def looked_words(
    record: "WithAnnotations[Record, Looked] | None", load: DataLoad | None, by: User
) -> str:
    """Return who has looked at a record since a data load and who is still to; or nothing."""
    if record is None:
        return ""
    first, second = first_and_second(record.looks)
    what = f"the data load of {day(load.loaded_on)}" if load else "it was taken over from a file"
    since = f"To be checked again after {what}, by two members."
    if first is None:
        return f"{since} Nobody’s look counts yet."
    looked = f"First look: {moment(first.at, first.by)}."
    if second is not None:
        looked += f" Second look: {moment(second.at, second.by)}."
        return f"{since} {looked} Checked by two members."
    if first.by_id == by.pk:
        return f"{since} {looked} The second look is a colleague’s."
    return f"{since} {looked} The second look is still to come."
