"""A file of the shields that were there before the product: what a row must say, and what is wrong.

Nothing here asks whether a record is known: a file would be a way to find that out.
"""

import re
from dataclasses import dataclass
from datetime import date

from logbook.bare import bare, visible
from logbook.days import clock_now
from shielding import clock
from shielding.accounts.models import User
from shielding.holds.involvement import Involvement
from shielding.records.grounds import GROUND
from shielding.records.number import is_record_number, normalise
from shielding.web.uploads import fingerprint
from shielding.web.uploads.csv_file import Column, Line, Problems, Table

# No later than a review is due of what is asked for today.
MONTHS_AHEAD = 6
_DAY = "A day as 2026-03-27 or 27/03/2026"
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)
COLUMNS = (
    Column("number", 40, hint="The record number"),
    Column("ground", 30, hint=f"One of these: {', '.join(GROUND)}"),
    Column("email", 254, hint="The work email address of the practitioner who asked for it"),
    Column("placed", 10, hint=f"When it was asked for. {_DAY}"),
    Column("applied", 10, hint="When it was applied: on that day or later, until today"),
    Column("next_review", 10, hint=f"At most {MONTHS_AHEAD} months ahead; it may be past"),
    Column(
        "involvement",
        30,
        hint="How it is known that the practitioner is involved. "
        + "; ".join(f"{one.value}: {one.label.lower()}" for one in Involvement),
    ),
)


@dataclass(frozen=True)
class Shield:
    """A row that can be imported."""

    digest: bytes
    number: int
    record: str
    ground: str
    person: int
    placed_on: date
    applied_on: date
    next_review: date
    involvement: str


def check(table: Table, key: bytes = b"") -> list[Shield]:
    """Return the shields of a file in the order of their HMACs; what is wrong goes to its problems.

    Not in the order of the file, in which brothers and sisters may stand together: the logbook
    keeps the order. Changes nothing.
    """
    working = _practitioners(table.lines)
    today = clock.today(clock_now())
    found = [_shield(line, working, today, table.problems, key) for line in table.lines]
    shields = [one for one in found if one is not None]
    seen = set()
    for one in shields:
        if (one.record, one.person) in seen:
            table.problems.add(one.number, "Another row has this number and this practitioner")
        seen.add((one.record, one.person))
    wrong = table.problems.numbers
    return sorted((one for one in shields if one.number not in wrong), key=lambda one: one.digest)


def _practitioners(lines: list[Line]) -> dict[str, int]:
    """Return the primary keys of the practitioners of a file by their addresses."""
    emails = {_address(line) for line in lines}
    working = User.objects.working().practitioners().filter(email__in=emails)
    return dict(working.values_list("email", "pk"))


def _address(line: Line) -> str:
    return User.objects.as_stored(bare(line.cells["email"]))


def _shield(
    line: Line, working: dict[str, int], today: date, problems: Problems, key: bytes
) -> Shield | None:
    if line.number in problems.numbers:
        return None
    cells, email = line.cells, _address(line)
    number = normalise(cells["number"])
    placed, applied, review = (_day(cells[name]) for name in ("placed", "applied", "next_review"))
    days = {"placed": placed, "applied": applied, "next_review": review}
    wrong = [f"“{name}” is not a day" for name, on in days.items() if on is None]
    if not is_record_number(number):
        wrong.append("“number” is not a record number")
    if cells["ground"] not in GROUND:
        wrong.append("“ground” is none of the grounds")
    if email not in working:
        wrong.append("“email” is of no practitioner who can sign in")
    if cells["involvement"] not in Involvement.values:
        wrong.append("“involvement” is none of the answers")
    if placed and applied and not placed <= applied <= today:
        wrong.append("The days are in the wrong order, or in the future")
    if placed and review and review <= placed:
        wrong.append("“next_review” is not after the day on which it was asked for")
    if review and review > clock.months_after(today, MONTHS_AHEAD):
        wrong.append(f"“next_review” is more than {MONTHS_AHEAD} months ahead")
    for words in wrong:
        problems.add(line.number, words)
    if wrong or placed is None or applied is None or review is None:
        return None
    return Shield(
        digest=fingerprint.of_row(key, line.as_kept),
        number=line.number,
        record=number,
        ground=cells["ground"],
        person=working[email],
        placed_on=placed,
        applied_on=applied,
        next_review=review,
        involvement=cells["involvement"],
    )


def _day(text: str) -> date | None:
    """Return a day written as a file has it, or nothing."""
    plain = visible(text)
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(plain):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
