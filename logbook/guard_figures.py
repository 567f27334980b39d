"""How often the guard of free text refused or asked, for training: counts of entries, never a text.

An entry may have several kinds. What is counted, in every table, is each kind found in a text, so
that the two tables of an event add up to the same and `small_numbers` knows what they give away.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from logbook.days import Quarter, start_of
from logbook.small_numbers import shown

REFUSED, CONFIRMED = "text_refused", "text_confirmed"
# Kinds that the guard knows, in words, for each event: it lies above the logbook.
Kinds = Mapping[str, Mapping[str, str]]

_COUNTED = """
SELECT event, service, facts, count(*) FROM logbook_entry
WHERE event = ANY(%(events)s) AND at >= %(first)s AND at < %(after)s
GROUP BY event, service, facts
"""
# Services that could have written something in these days.
_SERVICES = """
SELECT DISTINCT substring(facts FROM '"added":"([A-Z0-9-]+)"') FROM logbook_entry
WHERE event = 'service_added' AND at < %(after)s
EXCEPT
SELECT substring(facts FROM '"closed":"([A-Z0-9-]+)"') FROM logbook_entry
WHERE event = 'service_closed' AND at < %(first)s
"""


@dataclass(frozen=True)
class Figures:
    """What may be shown of one event in a quarter: by kind and by service, small numbers hidden."""

    by_kind: dict[str, str]
    by_service: dict[str, str]


def figures(quarter: Quarter, kinds: Kinds) -> dict[str, Figures]:
    """Return the figures of each event in a quarter, with the zeros of what did not happen."""
    days = {"first": start_of(quarter.first_day), "after": start_of(quarter.next.first_day)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, days | {"events": list(kinds)})
        counted = cursor.fetchall()
        cursor.execute(_SERVICES, days)
        services = {code for (code,) in cursor.fetchall() if code} | {row[1] for row in counted}
    found = {}
    for event, words in kinds.items():
        by_kind, by_service = (
            Counter(dict.fromkeys(words, 0)),
            Counter(dict.fromkeys(sorted(services), 0)),
        )
        for _, service, facts, entries in (row for row in counted if row[0] == event):
            for kind in _kinds_in(facts):
                by_kind[kind] += entries
                by_service[service] += entries
        found[event] = Figures(*shown([by_kind, by_service]))
    return found


def _kinds_in(facts: str) -> set[str]:
    """Return the kinds an entry names; of one that something else wrote, none."""
    try:
        kinds = json.loads(facts)["kinds"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return set()
    return {kind for kind in kinds if isinstance(kind, str)} if isinstance(kinds, list) else set()
