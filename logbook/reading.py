"""Looking things up in the logbook. Pages never decide anything by it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from logbook.days import MOST_DAYS_AHEAD
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


@dataclass(frozen=True)
class Done:
    """What somebody did, by its entry."""

    event: str
    person: UUID
    at: datetime
    reference: str
    record: str
    facts: dict[str, Any]


def done_lately(
    events: Collection[str],
    *,
    role: str,
    references: Collection[str],
    records: Collection[str],
    since: datetime,
    until: datetime,
) -> list[Done]:
    """Return what people in this role did after `since`, to any of these references or records.

    The oldest first, by one query. For a page to say who is at it: it decides nothing by it.
    """
    found = Entry.objects.order_by("at", "id").filter(
        Q(reference__in=references) | Q(record__in=records),
        event__in=events,
        role=role,
        actor__isnull=False,
        at__gt=since,
        at__lte=until,
    )
    return [
        Done(str(one.event), one.actor, one.at, str(one.reference), str(one.record), _known(one))
        for one in found
        if one.actor and one.at
    ]


def _known(entry: Entry) -> dict[str, Any]:
    """Return an entry's facts; of one that something else wrote, none."""
    try:
        return facts_of(entry)
    except UnreadableFacts:
        return {}


def clock_moves() -> list[tuple[datetime, timedelta]]:
    """Return when the demo's clock was moved and how far ahead it has been since, in turn.

    None anywhere but in the demo, whatever the entries say: an entry of it would excuse another
    that says a false time. One that cannot be read is passed over; and one that was not followed by
    its move, as the next shows: it began no further ahead.
    """
    if not settings.DEMO_CLOCK:
        return []
    moves: list[tuple[datetime, timedelta]] = []
    for one in Entry.objects.filter(event="demo_clock_moved").order_by("id"):
        days, ahead = _moved(one)
        while moves and ahead and moves[-1][1] > ahead - days:
            moves.pop()
        if ahead:
            moves.append((one.written_at, ahead))
    return moves


def _moved(entry: Entry) -> tuple[timedelta, timedelta]:
    """Return by how much an entry says the clock was moved, and to how far ahead; else nothing."""
    try:
        facts = facts_of(entry)
    except UnreadableFacts:
        facts = {}
    days, ahead = facts.get("days"), facts.get("ahead")
    if isinstance(days, int) and isinstance(ahead, int) and 0 < days <= ahead <= MOST_DAYS_AHEAD:
        return timedelta(days=days), timedelta(days=ahead)
    return timedelta(0), timedelta(0)


def written_when(moment: datetime) -> datetime:
    """Return when what the clock called this moment was written; where it leapt, the leap itself.

    An entry's time of writing is PostgreSQL's, which no demo moves.
    """
    began, ahead = None, timedelta(0)
    for at, further in clock_moves():
        written = moment - ahead if began is None else max(began, moment - ahead)
        if written < at:
            return written
        began, ahead = at, further
    return moment - ahead if began is None else max(began, moment - ahead)
