""" "This is wrong" of a suspension, in plain Python: a part of the model."""

from datetime import timedelta
from typing import Any

from tests.concurrency.support.model.people import LATELY, LEAD, People, Plan, Suspension

# From when on what was let go before a suspension may not have been the person's own word.
BEFORE = timedelta(days=3)
BY_ONE = ("source", "on_word")


class SuspensionsDisputed(People):
    requests: list[Any]
    records: list[Any]
    hand_overs: list[Any]
    _await_shield: Any
    _stand_again: Any

    def say_suspended_wrongly(self, s: int, who: int) -> Plan:
        """By the person, who is suspended; the second time it does nothing."""
        suspension = self.suspensions[s]
        if who != suspension.person:
            return None
        return lambda: self._say_suspended_wrongly(suspension)

    def _say_suspended_wrongly(self, suspension: Suspension) -> None:
        """What was let go of the person's since stands again, in any state of its record."""
        if suspension.said_wrong:
            return
        suspension.said_wrong = suspension.disputed = True
        claims = self.claims_of(suspension)
        for r in {self.requests[q].record for q in claims}:
            if self.records[r].state == "unshielding":
                self._await_shield(r)
        for q in claims:
            if not self.requests[q].stands:
                self._stand_again(q, self.requests[q].source)

    def claims_of(self, suspension: Suspension) -> list[int]:
        """What a person had or handed over, and what of it was let go from three days before on.

        Not what ended by two members.
        """
        since = suspension.at - BEFORE
        return [
            q
            for q, one in enumerate(self.requests)
            if (one.stands or (one.how in BY_ONE and one.released_at >= since))
            and (one.source == suspension.person or self._handed_over(q, suspension.person, since))
        ]

    def _handed_over(self, q: int, person: int, since: Any) -> bool:
        return any(
            one.person == person and q in one.kept and one.confirmed_on >= since
            for one in self.hand_overs
        )

    def let_go_since(self, suspension: Suspension) -> list[int]:
        """What of it is not the person's own word of before."""
        gone = [q for q in self.claims_of(suspension) if not self.requests[q].stands]
        return [
            q
            for q in gone
            if self.requests[q].let_go_by != (suspension.person,)
            or self.requests[q].released_at >= suspension.at
        ]

    def suspension_disputed(self, r: int) -> bool:
        """Whether a suspension that is said to be wrong reaches a claim on a record."""
        disputed = [one for one in self.suspensions if one.disputed]
        return any(self.requests[q].record == r for one in disputed for q in self.claims_of(one))

    def suspended_rightly(self, s: int, who: int) -> Plan:
        suspension = self.suspensions[s]
        if not self._may_settle_suspension(suspension, who):
            return None
        return lambda: vars(suspension).update(disputed=False, verdict="rightful")

    def suspended_wrongly(self, s: int, who: int) -> Plan:
        suspension = self.suspensions[s]
        if not self._may_settle_suspension(suspension, who):
            return None
        return lambda: self._undo(suspension, who)

    def _undo(self, suspension: Suspension, who: int) -> None:
        """They work again, unless that is another suspension's; what was let go stands again."""
        vars(suspension).update(disputed=False, verdict="wrong")
        last = [one for one in self.suspensions if one.person == suspension.person][-1]
        if not self.works(suspension.person) and last is suspension:
            self.let_in(suspension.person, who)
        for q in self.let_go_since(suspension):
            self._stand_again(q, self.requests[q].source)

    def _may_settle_suspension(self, suspension: Suspension, who: int) -> bool:
        """Who took no part, nor could be the person; the lead where they are free."""
        let_go = [self.requests[q] for q in self.let_go_since(suspension)]
        part = {suspension.person, suspension.by, *(one.let_go_by[0] for one in let_go)}
        part |= {one.by for one in self.handlings if one.person == suspension.person}
        first = min([suspension.at, *(one.released_at for one in let_go)])
        free = self.free() - self.as_one(part, first - LATELY)
        return suspension.disputed and who in (free & {LEAD} or free)
