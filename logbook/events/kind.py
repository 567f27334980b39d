"""What one kind of entry is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """One kind of entry.

    `sentence` is shown after the person's name; {reference}, {record} and the facts fill it.
    `system` events happen without a person and are written with by=None. A `retired` one is
    only read: nothing writes it any more.
    """

    code: str
    sentence: str
    facts: frozenset[str] = frozenset()
    system: bool = False
    retired: bool = False


def event(code: str, sentence: str, *facts: str, system: bool = False) -> Event:
    """Return an event with these facts: a line of a vocabulary."""
    return Event(code, sentence, frozenset(facts), system)


def retired(code: str, sentence: str, *facts: str) -> Event:
    """Return an event that older versions wrote, with these facts."""
    return Event(code, sentence, frozenset(facts), retired=True)
