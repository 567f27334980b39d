"""What members find on the system, beside an act or alone, and data loads. A part of the model."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import combinations
from typing import Any

from tests.concurrency.support.model.people import LATELY, People, Plan
from tests.concurrency.support.model.tables import (
    FOUND_OPEN,
    IS_SHIELDED,
    OPEN,
    SHIELDED,
    Load,
    Look,
    Record,
    Request,
)

# How many days ago the data were loaded that a member enters; tomorrow's is refused.
LOADED = (0, 1, 5, -1)


class Looks(People):
    records: list[Record]
    requests: list[Request]
    standing: Any

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[Load] = []

    # --- One look -------------------------------------------------------------------------------

    def look(self, r: int, who: int, found: str = SHIELDED) -> Plan:
        """A look by itself. That a record is shielded which waits is attested for each request."""
        state = self.records[r].state
        if not self.member(who) or state in OPEN or (found == SHIELDED != state):
            return None
        return lambda: self.note(r, who, found)

    def seen(self, r: int, who: int, found: str, then: Callable[[], Any]) -> Plan:
        """An act that is done where the record is shielded; what was found is kept all the same."""

        def do() -> None:
            self.note_news(r, who, found)
            if found in IS_SHIELDED:
                then()

        return do

    def seen_if_kept(self, r: int, who: int, found: str, then: Callable[[], Any]) -> Plan:
        """The same of a record that may be open to all: there is nothing to be found then."""
        if self.is_kept(r):
            return self.seen(r, who, found, then)
        return then if found == SHIELDED else None

    def is_kept(self, r: int) -> bool:
        record = self.records[r]
        return record.state not in OPEN and (record.applied or bool(self.standing(r)))

    def note_news(self, r: int, who: int, found: str) -> None:
        """What the act does not say itself: another finding, or that one is put right."""
        looks = self.records[r].looks
        if found != SHIELDED or (looks and looks[-1].found != SHIELDED):
            self.note(r, who, found)

    def note(self, r: int, who: int, found: str) -> None:
        """Found open, what was attested for those who ask is so no more."""
        record = self.records[r]
        record.looks.append(Look(found, who, self.now()))
        if found != FOUND_OPEN:
            return
        vars(record).update(state="to_shield", begun_by=None)
        for request in (self.requests[q] for q in self.standing(r)):
            request.found_open = request.found_open or request.applied
            request.applied = False

    def apply(self, q: int, who: int, found: str = SHIELDED) -> Plan:
        request = self.requests[q]
        if not self.member(who) or not request.stands or request.applied:
            return None
        return self.seen(request.record, who, found, lambda: self.applied(request))

    def applied(self, request: Request) -> None:
        request.applied, request.found_open = True, False
        record = self.records[request.record]
        record.state, record.applied_at = "shielded", record.applied_at or self.now()

    # --- After a load of data, all of them again ------------------------------------------------

    def enter_load(self, which: int, who: int) -> Plan:
        on = self.today - timedelta(days=LOADED[which])
        if not self.member(who) or on > self.today or on in {one.on for one in self._in_force()}:
            return None
        return lambda: self.loads.append(Load(on, who, self.now()))

    def take_back_load(self, which: int, who: int) -> Plan:
        load = self.loads[which]
        if load.taken_back_by is not None or not self.second_after(who, load.by, load.at):
            return None
        return lambda: setattr(load, "taken_back_by", who)

    def _in_force(self) -> list[Load]:
        return [one for one in self.loads if one.taken_back_by is None]

    def to_check_again(self) -> dict[int, list[Look]]:
        """The records that the newest load rules, each with the looks at it since.

        What was looked at before it was found open counts no more, nor what somebody saw who did
        not work all the time since.
        """
        if not self._in_force():
            return {}
        load = max(self._in_force(), key=lambda one: one.on)
        over = min(load.at, datetime.combine(load.on, time()) + timedelta(days=1))
        return {
            r: self._looked_since(record, over)
            for r, record in enumerate(self.records)
            if record.state not in OPEN and record.applied_at and record.applied_at < over
        }

    def is_by_two(self, looks: list[Look]) -> bool:
        """Whether two members looked of whom neither let the other in, lately or meanwhile."""
        return any(
            one.by != other.by and not self._one_let_the_other_in(one, other)
            for one, other in combinations(looks, 2)
        )

    def _one_let_the_other_in(self, one: Look, other: Look) -> bool:
        return any(
            {done.person, done.by} == {one.by, other.by} and one.at - LATELY <= done.at <= other.at
            for done in self.handlings
        )

    def _looked_since(self, record: Record, over: datetime) -> list[Look]:
        opened = [n for n, look in enumerate(record.looks) if look.found == FOUND_OPEN]
        since = record.looks[opened[-1] + 1 :] if opened else record.looks
        return [
            look
            for look in since
            if look.found in IS_SHIELDED and look.at >= over
            if self.counts(look.by, look.at) and not self.newly(look.by, look.at)
        ]
