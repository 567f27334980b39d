"""The columns of the lists of deputies: those who stood in, and for whom somebody stands in."""

from collections.abc import Iterable
from datetime import date

from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from shielding.accounts.telling_apart import person_cell
from shielding.web.cells import Rows, Tag, Text, When

HEADS = ("Reference", "Deputy", "First day", "Last day", "State")
STANDS_IN_HEADS = ("Reference", "Manager", "First day", "Last day", "State")
# More would push everything else off the page; the logbook has them all.
MOST_OVER = 10


def deputy_rows(
    deputies: Iterable[Deputy],
    reader: User,
    day: date,
    acting: set[int],
    *,
    of_deputy: bool = False,
) -> Rows:
    """Return rows under HEADS; with `of_deputy` under STANDS_IN_HEADS.

    The IW Team alone reads an email beside the name.
    """
    return [
        [
            Text(one.reference, code=True),
            _person(one.manager if of_deputy else one.deputy, reader),
            When(one.first_day, date_only=True),
            When(one.last_day, date_only=True),
            state_tag(one, day, acting),
        ]
        for one in deputies
    ]


def _person(person: User, reader: User) -> Text | str:
    return person_cell(person) if reader.is_iw else person.name


def state_tag(deputy: Deputy, day: date, acting: set[int]) -> Tag:
    """Return how it is with somebody who was named: `acting` are those who may act today."""
    if deputy.ended_at is not None:
        return Tag("Ended early", "grey")
    if deputy.is_over(day):
        return Tag("Over", "grey")
    if deputy.first_day > day:
        return Tag("To come", "blue")
    if deputy.pk in acting:
        return Tag("Standing in", "green")
    return Tag("Cannot stand in", "red")
