"""Reads the logbook the way tests compare it: what was written, in order."""

import json
from typing import Any

from logbook.models import Entry


def entries(*events: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return event, actor and facts of every entry (or of these events), the oldest first."""
    found = Entry.objects.order_by("id")
    if events:
        found = found.filter(event__in=events)
    return [(entry.event, str(entry.actor or ""), json.loads(entry.facts)) for entry in found]
