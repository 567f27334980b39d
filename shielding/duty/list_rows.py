"""The columns of the rota."""

from collections.abc import Iterable
from datetime import date

from shielding.accounts.models import User
from shielding.accounts.telling_apart import person_cell
from shielding.duty.models import DutyDay
from shielding.duty.policies import may_be_on_duty
from shielding.web.cells import Rows, Tag, Text, moment
from shielding.web.cells import day as written

HEADS = ("Day, from 8am", "On duty", "Set")


def rota_rows(days: Iterable[tuple[date, DutyDay | None]]) -> Rows:
    """Return the days with who is on duty; the rows come with their people."""
    return [
        [
            f"{day:%A} {written(day)}",
            _who(row.member) if row else "Nobody",
            moment(row.set_at, row.set_by) if row else "",
        ]
        for day, row in days
    ]


def _who(member: User) -> Text | Tag:
    if may_be_on_duty(member):
        return person_cell(member)
    return Tag(f"{member.name} has left the team", "red")
