"""The event vocabulary: what can be written in the logbook, with which facts, in which words.

An event says which facts it needs, no more and no less, so that an entry can be read years later
without the code of its day. Facts are codes, references, opaque ids, dates, numbers, yes or no:
there is no event that takes a sentence. Nothing here imports anything but its own parts.
"""

from collections.abc import Iterable

from logbook.events import brokerage, people, reading, shielding
from logbook.events.kind import Event
from logbook.events.retired import RETIRED


def by_code(events: Iterable[Event]) -> dict[str, Event]:
    """Return events by code; refuses two with the same one."""
    found: dict[str, Event] = {}
    for event in events:
        if event.code in found:
            raise ValueError(f"two events have the code {event.code}")
        found[event.code] = event
    return found


EVENTS = by_code(
    (
        *shielding.REQUESTS,
        *shielding.SHIELD,
        *shielding.CHECKS,
        *shielding.REVIEWS,
        *shielding.DUTY,
        *shielding.UNSHIELD,
        *brokerage.BROKERAGE,
        *reading.READS,
        *people.SYSTEM,
        *people.PEOPLE,
        *RETIRED,
    )
)
