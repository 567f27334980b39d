"""Lines of the logbook as the cells and rows that the page components take."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from logbook.pages.cells import Cell, Chip, Field, Text
from logbook.pages.folding import are_of_a_draft
from logbook.sentences import Line, london

HEADS = ("When", "Who", "Role", "What")
_CHIPS = {
    "since": "From",
    "until": "To",
    "person": "Person:",
    "service": "Service of whoever did it:",
    "event": "Event:",
    "reference": "Reference",
}


def list_url(**filters: Any) -> str:
    """Return the address of the list narrowed by these filters; none stands for all entries."""
    return f"{reverse('logbook')}?{urlencode(filters)}" if filters else reverse("logbook")


def chips(used: Mapping[str, str], given: Mapping[str, str]) -> list[Chip]:
    """Return the filters in use, each with the address of the same list without it."""
    return [
        Chip(
            f"{_CHIPS[name]} {words}",
            list_url(**{other: given[other] for other in given if other != name}),
        )
        for name, words in used.items()
    ]


def cells(row: Sequence[Line]) -> list[Cell]:
    """Return a line, or lines that are alike, as a row of the list.

    The time leads to the entry, the last written of several, and the name to the person. By
    addresses from the list on, short ones: fifty rows have to find room on its page.
    """
    line = row[0]
    entry = line.entry
    return [
        Text(
            line.when,
            f"{entry.pk}/",
            hidden=f"entry {entry.pk}",
            beside=f"{len(row)} entries since {row[-1].when}" if len(row) > 1 else "",
            note=f"Written {london(entry.written_at)}" if line.is_misdated else "",
        ),
        Text(line.who, f"?{urlencode({'person': entry.actor})}") if entry.actor else line.who,
        " ".join(filter(None, (line.role, entry.service))),
        f"worked on the draft {entry.reference}" if are_of_a_draft(row) else line.sentence,
    ]


def fields(line: Line) -> list[Field]:
    """Return every field of an entry as rows of a summary list; an emptied one has few left."""
    entry = line.entry
    kept = [
        Field("Written", london(entry.written_at)),
        Field("Number", str(entry.pk)),
        Field("Form of the entry", f"version {entry.schema}"),
    ]
    if line.is_erased:
        return [Field("Content", f"erased, see entry {entry.erased_by}"), *kept]
    if line.is_misdated:
        apart = "Written later or earlier than the time it gives"
        kept.insert(0, Field("Times", tag=apart, colour="red"))
    return [
        Field("Done", line.when),
        _more(Field("Who", line.who), "person", entry.actor, "by this person"),
        Field("Role", line.role or "none"),
        Field("Service", entry.service or "none"),
        _more(Field("Event", line.event), "event", entry.event, "of this event"),
        _reference("Reference", entry.reference),
        _reference("Record", entry.record),
        *kept,
    ]


def facts(line: Line) -> list[Field]:
    """Return an entry's facts as rows of a summary list."""
    return [Field(name, words) for name, words in line.facts]


def _reference(key: str, reference: str | None) -> Field:
    field = Field(key, reference or "none")
    return _more(field, "reference", reference, f"about {reference}")


def _more(field: Field, name: str, value: Any, what: str) -> Field:
    """Return a row with the link to the entries that share this value, where it has one."""
    if not value:
        return field
    return replace(field, url=list_url(**{name: value}), action="All entries", hidden=what)
