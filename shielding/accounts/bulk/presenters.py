"""What the pages of an import say."""

from dataclasses import dataclass, field
from datetime import datetime

from shielding.accounts.bulk import policies
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.models import User
from shielding.web.cells import Fact
from shielding.web.cells import done as when_and_who
from shielding.web.uploads.csv_file import Table


@dataclass(frozen=True)
class Step:
    """What may be done with an import now, and by whom."""

    is_open: bool
    may_upload: bool
    void: str = ""
    # Who may confirm it, or take the proposal's place.
    able: list[str] = field(default_factory=list)


def step(found: FileImport, *, by: User, now: datetime) -> Step:
    """Return what this member may do with an import."""
    if not found.is_open:
        return Step(is_open=False, may_upload=False)
    void = policies.why_void(found)
    ask = policies.who_may_propose_anew if void else policies.who_may_confirm
    others = ask(found, now) if void or not found.confirmed_at else []
    return Step(
        is_open=True,
        may_upload=policies.may_upload(by, found, now),
        void=void,
        able=[one.name for one in others],
    )


def facts(found: FileImport) -> list[Fact]:
    """Return what is known of an import: by whose steps it came how far."""
    return [
        Fact("Rows in the file", str(found.rows)),
        Fact("Proposed", when_and_who(found.proposed_at, found.proposed_by)),
        *_proposed_anew(found),
        Fact("Confirmed", when_and_who(found.confirmed_at, found.confirmed_by, "Not yet")),
        Fact("State", state_words(found, found.done.count())),
    ]


def _proposed_anew(found: FileImport) -> list[Fact]:
    at, by = found.proposed_anew_at, found.proposed_anew_by
    return [Fact("Proposed in their place", when_and_who(at, by))] if at else []


def state_words(found: FileImport, rows: int) -> str:
    """Return how far an import came, of which so many rows are done."""
    if found.taken_back_at is not None:
        return f"Taken back. Rows done: {rows}"
    if found.finished_at is not None:
        return f"Done. Rows done: {rows}. Left out: {found.left_out}"
    if found.confirmed_at is None:
        return "Waiting for another member"
    return f"Begun. Rows done: {rows} of {found.rows}"


def done(found: FileImport) -> set[bytes]:
    """Return by what the rows of an import that are done are known."""
    return {bytes(one) for one in found.done.values_list("digest", flat=True)}


def checked(table: Table) -> str:
    """Return how a file that was checked came out, in a sentence."""
    wrong, rows = len(table.problems.numbers - {0}), len(table.lines)
    if not table.problems:
        return f"Nothing is wrong with the file. It has {rows} rows. Nothing has been changed."
    if not wrong:
        return "The file cannot be read. Nothing has been changed."
    return f"{wrong} of {rows} rows have something wrong. Nothing has been changed."
