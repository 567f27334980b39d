"""An entry as a sentence: who did what, in words, from codes, ids and the people's names of today.

What an entry holds is never trusted to be complete: a row that something else than
`writing.record` wrote, or that was emptied by retention, still makes a line.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateformat import format as date_format

from logbook.events import EVENTS
from logbook.events.labels import event_label
from logbook.models import Entry
from logbook.names_of_people import NOBODY_KNOWN, Person, people, role_label, uuid_of
from logbook.reading import UnreadableFacts, clock_moves, facts_of

ERASED = "content erased"
APART = timedelta(minutes=2)
SYSTEM = "The system"
LEFT_OUT = "see the entry"
# What a sentence says only where it says anything, and the facts that it is made of.
MADE = {"moved": {"from", "to"}, "for_another": {"manager"}}


def fact_label(name: str) -> str:
    """Return a fact's name in readable form, such as "Next review"."""
    return name.replace("_", " ").capitalize()


def london(moment: datetime) -> str:
    """Return a moment in London, to the second, such as "27 March 2026, 14:05:09"."""
    return date_format(timezone.localtime(moment), "j F Y, H:i:s")


@dataclass(frozen=True)
class Line:
    """One entry as the pages show it."""

    entry: Entry
    people: dict[UUID, Person] = field(repr=False)
    # Facts that the sentence leaves to the entry's own page.
    left_out: frozenset[str] = frozenset()
    # When the demo's clock was moved, and how far ahead it was since.
    moves: Sequence[tuple[datetime, timedelta]] = ()

    @property
    def is_erased(self) -> bool:
        return self.entry.erased_by is not None

    @property
    def when(self) -> str:
        """The time of the act in London; of an erased entry that of writing, which stays."""
        return london(self.entry.at or self.entry.written_at)

    @property
    def is_misdated(self) -> bool:
        """Whether the time it says is not the time at which PostgreSQL had it written.

        The product writes an entry with its act; whoever has its password can say another time.
        In the demo it may be as far ahead as its clock was moved by then, which is an entry too.
        """
        at, written = self.entry.at, self.entry.written_at
        ahead = [timedelta(0), *(by for since, by in self.moves if since <= written)]
        return at is not None and all(abs(at - by - written) > APART for by in ahead)

    @property
    def who(self) -> str:
        if self.is_erased:
            return ""
        return self._name(self.entry.actor) if self.entry.actor else SYSTEM

    @property
    def role(self) -> str:
        return role_label(self.entry.role) if self.entry.role else ""

    @property
    def event(self) -> str:
        return event_label(self.entry.event or "")

    @property
    def sentence(self) -> str:
        """What happened, without who; an event this version does not know is named by its code."""
        if self.is_erased:
            return ERASED
        kind = EVENTS.get(self.entry.event or "")
        return kind.sentence.format_map(self._words()) if kind else self.event

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The entry's facts as pairs of words."""
        try:
            facts = facts_of(self.entry)
        except UnreadableFacts:
            return [("Facts", "cannot be read")]
        return [(fact_label(name), self._value(value)) for name, value in facts.items()]

    def _words(self) -> "_Words":
        try:
            facts = facts_of(self.entry)
        except UnreadableFacts:
            facts = {}
        words = _Words({name: self._value(value) for name, value in facts.items()})
        words["moved"] = _moved(words, facts)
        words["for_another"] = self._for_another(facts)
        words |= dict.fromkeys(self.left_out & set(words), LEFT_OUT)
        words["reference"] = self.entry.reference or "no reference"
        words["record"] = self.entry.record or "no record"
        return words

    def _for_another(self, facts: dict[str, Any]) -> str:
        """Return in whose place a line manager's deputy acted; nothing of who acted themself."""
        manager = uuid_of(facts.get("manager"))
        return "" if manager in (None, self.entry.actor) else f", for {self._name(manager)},"

    def _name(self, uid: UUID) -> str:
        return self.people[uid].name if uid in self.people else NOBODY_KNOWN

    def _value(self, value: Any) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list):
            return ", ".join(map(self._value, value)) or "none"
        if value is None or value == "":
            return "none"
        uid = uuid_of(value)
        return self._name(uid) if uid else _day(str(value)) or str(value).replace("_", " ")


def _moved(words: dict[str, str], facts: dict[str, Any]) -> str:
    """Return from which state to which the record went, where it went to another."""
    if facts.get("from") == facts.get("to"):
        return ""
    return f"; the record went from “{words.get('from')}” to “{words.get('to')}”"


class _Words(dict[str, str]):
    """The words of a sentence; a fact that an entry of another day lacks is said to be missing."""

    def __missing__(self, name: str) -> str:
        return "not recorded"


def lines(entries: Iterable[Entry], left_out: frozenset[str] = frozenset()) -> list[Line]:
    """Return the entries as lines, with one query for the names of everybody in all of them.

    The sentences leave out these facts: they stand on the page of each entry.
    """
    shown = list(entries)
    known = people(uid for entry in shown for uid in _uids(entry))
    moves = clock_moves()
    return [Line(entry, known, left_out, moves) for entry in shown]


def latest_line(reference: str, events: Collection[str]) -> Line | None:
    """Return the latest of these events about a reference, for a page to say who was there."""
    about = Entry.objects.newest_first().filter(reference=reference, event__in=events)
    found = lines(about[:1])
    return found[0] if found else None


def _uids(entry: Entry) -> list[UUID]:
    try:
        values = facts_of(entry).values()
    except UnreadableFacts:
        values = {}.values()
    found = [uuid_of(value) for value in values] + [entry.actor]
    return [uid for uid in found if uid]


def _day(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text), "j F Y") if len(text) == 10 else ""
    except ValueError:
        return ""
