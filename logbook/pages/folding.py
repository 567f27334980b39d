"""Entries that say the same, next to each other on a page, as one row, so that it shows the rest.

Folded are looks that were repeated, and the pages of a draft that somebody fills in. Never what was
done, refused, searched for or shown of a number; nor what a reader should see by itself: what is
not there, was emptied, or says another time than that of its writing. The row says how many there
are and since when, and the address with `fold=no` shows each.
"""

from collections.abc import Sequence

from logbook.events.reading import READ_AGAIN
from logbook.models import Entry
from logbook.sentences import Line

# A draft is about no record yet; what was sent is opened and changed with its record. Before
# 30 November 2026 a change named none: there its opening stands between, where openings are shown.
_OF_A_DRAFT = {
    "request_opened": "request",
    "request_answers_changed": "request",
    "access_opened": "access request",
    "access_answers_changed": "access request",
}


def folded(lines: Sequence[Line], *, fold: bool, drafts: bool = True) -> list[list[Line]]:
    """Return the lines of a page as rows, in order: with `fold`, alike neighbours are one.

    Without `drafts` the pages of one are not: of a list that leaves out what stood between.
    """
    rows: list[list[Line]] = []
    for line in lines:
        if fold and rows and _are_alike(rows[-1][-1], line, drafts=drafts):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def are_of_a_draft(row: Sequence[Line]) -> bool:
    """Return whether a row is of several things that were done with one draft."""
    return len({(line.entry.event, line.entry.facts) for line in row}) > 1


def _are_alike(one: Line, other: Line, *, drafts: bool) -> bool:
    if _is_alone(one, drafts=drafts) or _is_alone(other, drafts=drafts):
        return False
    return _says(one.entry, drafts=drafts) == _says(other.entry, drafts=drafts)


def _is_alone(line: Line, *, drafts: bool) -> bool:
    can_be_folded = line.entry.event in READ_AGAIN or (drafts and _draft(line.entry))
    return not can_be_folded or line.is_erased or line.is_misdated


def _says(entry: Entry, *, drafts: bool) -> tuple[str | None, ...]:
    by = (str(entry.actor), entry.role, entry.service, entry.reference)
    if drafts and (draft := _draft(entry)):
        return (*by, draft)
    return (*by, entry.event, entry.record, entry.facts)


def _draft(entry: Entry) -> str:
    """Return of which kind of draft an entry is; "" where it is of none."""
    is_named_alone = entry.reference and not entry.record
    return _OF_A_DRAFT.get(entry.event or "", "") if is_named_alone else ""
