"""The process in plain Python: what every act refuses and changes, without a database.

Written from the process and not from the product's code, to be compared with it. A plan is None
where the act is refused, else what it changes. Only dates already proved elsewhere are borrowed.
Here is how an episode ends; each other part has a module of its own.
"""

from datetime import date

from shielding import clock
from shielding.filled import filled
from tests.concurrency.support.model.people import LATELY, Plan
from tests.concurrency.support.model.requests import Requests
from tests.concurrency.support.model.tables import (
    FOUND_OPEN,
    IS_SHIELDED,
    NOT_FOUND,
    SHIELDED,
    Record,
)


class Model(Requests):
    def __init__(self, records: int, today: date) -> None:
        super().__init__()
        self.today = today
        self.records = [Record() for _ in range(records)]
        self.requests = []
        self.reviews = []

    def plan(self, act: str, target: int, who: int) -> Plan:
        """Return what an act by somebody on the target would change, or None if it is refused.

        An act that attests may have found something else: `apply:open`.
        """
        name, _, found = act.partition(":")
        return getattr(self, name)(target, who, *([found] if found else []))

    def _opens(self, r: int, state: str, outcome: str) -> None:
        record = self.records[r]
        record.state, record.due = state, None
        if state == "not_shielded":
            record.end, record.proposed_by = "", None
        self.end_of_record(r, outcome)

    def never_applied(self, r: int, who: int, found: str = FOUND_OPEN) -> Plan:
        """It is open, or not there. Who found it shielded after all does not say so later."""
        record, claims = self.records[r], self.of_episode(r)
        waits = record.state == "to_shield" and not record.applied
        if not self.member(who) or not waits or self.standing(r) or self.disputed(r):
            return None
        if who in self._recorded_alone(claims) | self.could_be_the_source(claims):
            return None
        if any(self.word_owed(self.requests[q]) for q in claims):
            return None
        begun = filled(record.episode_at)
        if any(
            one.by == who and one.found in IS_SHIELDED and one.at >= begun for one in record.looks
        ):
            return None
        if found in IS_SHIELDED:
            return lambda: self.note(r, who, found)
        noted = found == NOT_FOUND
        return lambda: (
            self.note(r, who, found) if noted else None,
            self._opens(r, "not_shielded", "never_applied"),
        )[1]

    def _recorded_alone(self, claims: list[int]) -> set[int]:
        on_word = [one for one in (self.requests[q] for q in claims) if one.how == "on_word"]
        return self.as_one_with((one.let_go_by[0], filled(one.released_at)) for one in on_word)

    # --- The unshield by two --------------------------------------------------------------------

    def begin(self, r: int, who: int) -> Plan:
        record = self.records[r]
        claims = [self.requests[q] for q in self.of_episode(r)]
        if not self.member(who) or record.state != "shielded" or record.end or self.standing(r):
            return None
        last = max(filled(one.let_go_on) for one in claims)
        spoken = all(one.family for one in claims)
        if not spoken or any(map(self.word_owed, claims)) or self.disputed(r):
            return None
        if self.today < clock.next_working_day(last) or not self._seconds(r, who):
            return None
        begun = {"state": "unshielding", "begun_by": who, "begun_at": self.now()}
        return lambda: vars(record).update(begun)

    def confirm_unshield(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if record.state != "unshielding" or not self.counts(record.begun_by, record.begun_at):
            return None
        if who not in self._seconds(r, filled(record.begun_by)):
            return None
        if any(self.word_owed(self.requests[q]) for q in self.of_episode(r)):
            return None
        return lambda: self._opens(r, "not_shielded", "unshielded")

    def stop(self, r: int, who: int, found: str = SHIELDED) -> Plan:
        """Found not there it goes on, but where nobody could confirm."""
        record = self.records[r]
        if not self.member(who) or record.state != "unshielding":
            return None
        stuck = not self.counts(record.begun_by, record.begun_at)
        stuck = stuck or not self._seconds(r, filled(record.begun_by))
        stopped = {"state": "shielded", "begun_by": None}
        if found == NOT_FOUND and stuck:
            return lambda: (self.note_news(r, who, found), vars(record).update(stopped))[1]
        return self.seen(r, who, found, lambda: vars(record).update(stopped))

    def still_shielded(self, r: int, who: int, found: str = SHIELDED) -> Plan:
        record = self.records[r]
        waits = record.state == "to_shield" and record.applied
        if not self.member(who) or not waits or self.standing(r):
            return None
        return self.seen(r, who, found, lambda: setattr(record, "state", "shielded"))

    def _seconds(self, r: int, beginner: int) -> set[int]:
        """Who could confirm what this member begins: nobody, if they could be the source.

        Nor who recorded a release or attested one, nor who counts as one with any of these.
        """
        claims = self.of_episode(r)
        could_be = self.could_be_the_source(claims)
        steps = []
        for one in (self.requests[q] for q in claims):
            if one.how in ("on_word", "not_agreed") or one.attested_by is not None:
                by = {*one.let_go_by, one.attested_by} - {None}
                steps += [(filled(who), filled(one.released_at)) for who in by]
        record = self.records[r]
        begun = record.begun_at if record.begun_by is not None else None
        barred = could_be | self.as_one_with(steps)
        barred |= self.as_one({beginner}, (begun or self.now()) - LATELY)
        free = self.free() - barred
        return free if beginner not in could_be else set()

    # --- The other ends -------------------------------------------------------------------------

    def propose_end(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if not self.member(who) or record.end or record.state not in ("to_shield", "shielded"):
            return None
        if self.disputed(r):
            return None
        proposed = {"end": "died", "proposed_by": who, "proposed_at": self.now()}
        return lambda: vars(record).update(proposed)

    def withdraw_end(self, r: int, who: int) -> Plan:
        record = self.records[r]
        if not self.member(who) or not record.end or record.state == "closed":
            return None
        return lambda: vars(record).update(end="", proposed_by=None)

    def confirm_end(self, r: int, who: int, found: str = SHIELDED) -> Plan:
        """Whoever died may be there no more; found open or twice, the record has not ended."""
        record = self.records[r]
        if self.withdraw_end(r, who) is None or record.state == "unshielding" or self.disputed(r):
            return None
        if not self.counts(record.proposed_by, record.proposed_at):
            return None
        if not self.second_after(who, record.proposed_by, record.proposed_at):
            return None
        ends = found in (SHIELDED, NOT_FOUND)
        if not self.is_kept(r):
            return (lambda: self._close(r, who)) if found == SHIELDED else None
        return lambda: (self.note_news(r, who, found), self._close(r, who) if ends else None)[1]

    def _close(self, r: int, who: int) -> None:
        for q in self.standing(r):
            self.release(q, "ended", who)
        self._opens(r, "closed", "ended")
