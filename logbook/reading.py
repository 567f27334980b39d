"""Looking things up in the logbook. Pages never decide anything by it."""

import json
from typing import Any

from logbook.models import Entry


def facts_of(entry: Entry) -> dict[str, Any]:
    """Return an entry's facts; an emptied entry has none."""
    facts: dict[str, Any] = json.loads(entry.facts) if entry.facts else {}
    return facts


def latest_facts(event: str, **matching: Any) -> dict[str, Any] | None:
    """Return the facts of the latest entry of an event that has these facts, or None."""
    for entry in Entry.objects.newest_first().filter(event=event).iterator(chunk_size=50):
        facts = facts_of(entry)
        if all(facts.get(name) == value for name, value in matching.items()):
            return facts
    return None
