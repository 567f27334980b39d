"""Lines of the logbook as the cells and rows that the page components take."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from logbook.sentences import Line, london

HEADS = ("When", "Who", "Role", "What")
_CHIPS = {
    "since": "From",
    "until": "To",
    "person": "Person:",
    "event": "Event:",
    "reference": "Reference",
}


def list_url(**filters: Any) -> str:
    """Return the address of the list narrowed by these filters; none stands for all entries."""
    return f"{reverse('logbook')}?{urlencode(filters)}" if filters else reverse("logbook")


def chips(used: Mapping[str, str], given: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the filters in use, each with the address of the same list without it."""
    return [
        {
            "label": f"{_CHIPS[name]} {words}",
            "url": list_url(**{other: given[other] for other in given if other != name}),
        }
        for name, words in used.items()
    ]


def cells(line: Line) -> list[dict[str, str] | str]:
    """Return a line as a row of the list: the time leads to the entry, the name to the person."""
    entry = line.entry
    return [
        {
            "text": line.when,
            "url": reverse("logbook_entry", args=[entry.pk]),
            "hidden": f"entry {entry.pk}",
        },
        {"text": line.who, "url": list_url(person=entry.actor)} if entry.actor else line.who,
        " ".join(filter(None, (line.role, entry.service))),
        line.sentence,
    ]


def fields(line: Line) -> list[dict[str, str]]:
    """Return every field of an entry as rows of a summary list; an emptied one has few left."""
    entry = line.entry
    kept = [
        {"key": "Written", "value": london(entry.written_at)},
        {"key": "Number", "value": str(entry.pk)},
        {"key": "Form of the entry", "value": f"version {entry.schema}"},
    ]
    if line.is_erased:
        return [{"key": "Content", "value": f"erased, see entry {entry.erased_by}"}, *kept]
    return [
        {"key": "Done", "value": line.when},
        {"key": "Who", "value": line.who} | _more("person", entry.actor, "by this person"),
        {"key": "Role", "value": line.role or "none"},
        {"key": "Service", "value": entry.service or "none"},
        {"key": "Event", "value": line.event} | _more("event", entry.event, "of this event"),
        _reference("Reference", entry.reference),
        _reference("Record", entry.record),
        *kept,
    ]


def facts(line: Line) -> list[dict[str, str]]:
    """Return an entry's facts as rows of a summary list."""
    return [{"key": name, "value": words} for name, words in line.facts]


def _reference(key: str, reference: str | None) -> dict[str, str]:
    return {"key": key, "value": reference or "none"} | _more(
        "reference", reference, f"about {reference}"
    )


def _more(name: str, value: Any, what: str) -> dict[str, str]:
    """Return the link of a row to the entries that share this value, where it has one."""
    if not value:
        return {}
    return {"url": list_url(**{name: value}), "action": "All entries", "hidden": what}
