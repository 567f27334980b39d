"""Looking things up in the logbook. Pages never decide anything by it."""

import json
from typing import Any
from uuid import UUID

from logbook.models import Entry


class UnreadableFacts(Exception):
    """An entry's facts are not what `writing.record` writes: something else wrote the row."""


def facts_of(entry: Entry) -> dict[str, Any]:
    """Return an entry's facts; an emptied entry has none. Raises UnreadableFacts."""
    try:
        facts = json.loads(entry.facts or "{}")
    except (ValueError, RecursionError) as error:
        raise UnreadableFacts(f"entry {entry.pk}") from error
    if not isinstance(facts, dict):
        raise UnreadableFacts(f"entry {entry.pk}")
    return facts


def latest_facts(event: str, **matching: Any) -> dict[str, Any] | None:
    """Return the facts of the latest entry of an event that has these facts, or None."""
    for entry in Entry.objects.newest_first().filter(event=event).iterator(chunk_size=50):
        facts = facts_of(entry)
        if all(facts.get(name) == value for name, value in matching.items()):
            return facts
    return None


def who_did(event: str, reference: str) -> set[UUID]:
    """Return the opaque ids of everybody of whom there is such an entry about a reference."""
    done = Entry.objects.filter(event=event, reference=reference, actor__isnull=False)
    people = done.order_by().values_list("actor", flat=True)
    return {person for person in people if person is not None}
