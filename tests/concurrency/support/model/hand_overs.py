"""Hand-overs by two and "this is wrong", in plain Python: a part of the model."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.concurrency.support.model.people import LATELY, LEAD, SOURCES, People, Plan

# Every pair of sources: the first leaves, the second takes over.
PAIRS = tuple((person, to) for person in SOURCES for to in SOURCES)


@dataclass
class HandOver:
    person: int
    to: int
    proposed_by: int
    proposed_at: datetime
    confirmed_by: int | None = None
    confirmed_at: int = 0
    confirmed_on: datetime | None = None
    withdrawn: bool = False
    said_by: set[int] = field(default_factory=set)
    disputed: bool = False
    verdict: str = ""
    # What moved, and whether it was given back since.
    moved: dict[int, bool] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.confirmed_by is None and not self.withdrawn

    @property
    def kept(self) -> list[int]:
        return [q for q, given_back in self.moved.items() if not given_back]


class HandsChange(People):
    requests: list[Any]
    records: list[Any]
    _await_shield: Any
    _stand_again: Any

    def __init__(self) -> None:
        super().__init__()
        self.hand_overs: list[HandOver] = []

    # --- By two -----------------------------------------------------------------------------

    def propose_hand_over(self, pair: int, who: int) -> Plan:
        person, to = PAIRS[pair]
        waiting = [one for one in self.hand_overs if one.is_open and one.person == person]
        if not self.member(who) or person == to or not self.works(to):
            return None
        if any(not self._void(one) for one in waiting):
            return None
        return lambda: self._propose_hand_over(waiting, HandOver(person, to, who, self.now()))

    def _propose_hand_over(self, void: list[HandOver], proposed: HandOver) -> None:
        for one in void:
            one.withdrawn = True
        self.hand_overs.append(proposed)

    def withdraw_hand_over(self, h: int, who: int) -> Plan:
        hand_over = self.hand_overs[h]
        if not self.member(who) or not hand_over.is_open:
            return None
        return lambda: setattr(hand_over, "withdrawn", True)

    def confirm_hand_over(self, h: int, who: int) -> Plan:
        hand_over = self.hand_overs[h]
        if self.withdraw_hand_over(h, who) is None:
            return None
        if not self.second_after(who, hand_over.proposed_by, hand_over.proposed_at):
            return None
        return None if self._void(hand_over) else lambda: self._hand_over(hand_over, who)

    def _void(self, hand_over: HandOver) -> bool:
        counts = self.counts(hand_over.proposed_by, hand_over.proposed_at)
        return not counts or not self.works(hand_over.to)

    def _hand_over(self, hand_over: HandOver, who: int) -> None:
        hand_over.confirmed_by, hand_over.confirmed_at = who, self.moment
        hand_over.confirmed_on = self.now()
        for request in self.requests:
            if request.practitioner == hand_over.person and self._in_hand(request):
                request.practitioner = hand_over.to
        hand_over.moved = dict.fromkeys(self.in_hand(hand_over.person), False)
        for q in hand_over.moved:
            self.requests[q].source = hand_over.to

    def in_hand(self, person: int) -> list[int]:
        """What stands, and what ended with the family not yet spoken to."""
        return [
            q
            for q, one in enumerate(self.requests)
            if one.source == person and (one.stands or not (one.family or one.how == "ended"))
        ]

    def _in_hand(self, request: Any) -> bool:
        """Whether anything of a request is left to do, which its practitioner did not disown."""
        of_end = not request.family and request.how != "ended"
        at_its_end = request.review.outcome and not request.stands and not of_end
        return not (request.disowned or at_its_end)

    # --- "This is wrong" ----------------------------------------------------------------------

    def hand_over_disputed(self, r: int) -> bool:
        return any(
            hand_over.disputed and any(self.requests[q].record == r for q in hand_over.moved)
            for hand_over in self.hand_overs
        )

    def say_wrong(self, h: int, who: int) -> Plan:
        """By either of the two, suspended or not; the second time it does nothing."""
        hand_over = self.hand_overs[h]
        if hand_over.confirmed_by is None or who not in (hand_over.person, hand_over.to):
            return None
        return lambda: self._say_wrong(hand_over, who)

    def _say_wrong(self, hand_over: HandOver, who: int) -> None:
        news = who not in hand_over.said_by and hand_over.verdict != "wrong"
        hand_over.said_by.add(who)
        if not news or hand_over.disputed:
            return
        hand_over.disputed, hand_over.verdict = True, ""
        before = [one.state for one in self.records]
        for q in hand_over.kept:
            r = self.requests[q].record
            if before[r] == "unshielding" and self.records[r].state == "unshielding":
                self._await_shield(r)
            if self._ended_since(hand_over, q):
                self._stand_again(q, hand_over.person)

    def settle_rightful(self, h: int, who: int) -> Plan:
        if not self._may_settle(self.hand_overs[h], who):
            return None
        return lambda: self._rightful(self.hand_overs[h])

    def settle_wrong(self, h: int, who: int) -> Plan:
        if not self._may_settle(self.hand_overs[h], who):
            return None
        return lambda: self._wrong(self.hand_overs[h])

    def _may_settle(self, hand_over: HandOver, who: int) -> bool:
        part = {hand_over.proposed_by, hand_over.confirmed_by} - {None}
        # Whoever could be the colleague does not say that it was right to hand over to them.
        first = min((self.requests[q].placed_on for q in hand_over.moved), default=self.now())
        part |= self.handled_since(hand_over.to, first)
        since = hand_over.proposed_at - LATELY
        free = self.free() - self.as_one(part, since)
        return hand_over.disputed and who in (free & {LEAD} or free)

    def _rightful(self, hand_over: HandOver) -> None:
        """What stood again meanwhile goes to whom it had come by what was not found wrong."""
        hand_over.disputed, hand_over.verdict = False, "rightful"
        for q in hand_over.kept:
            to = max((one for one in self.hand_overs if q in one.kept), key=_when).to
            if self.requests[q].stands and self.works(to):
                self.requests[q].source = self.requests[q].practitioner = to

    def _wrong(self, hand_over: HandOver) -> None:
        """It goes back with all that came after; let go by the colleague, it stands again."""
        hand_over.disputed, hand_over.verdict = False, "wrong"
        for q in hand_over.kept:
            request = self.requests[q]
            for later in self.hand_overs:
                if q in later.moved and _when(later) >= _when(hand_over):
                    later.moved[q] = True
            request.source = request.practitioner = hand_over.person
            if request.how in ("source", "on_word") and self._ended_since(hand_over, q):
                self._stand_again(q, hand_over.person)

    def _ended_since(self, hand_over: HandOver, q: int) -> bool:
        request = self.requests[q]
        return not request.stands and request.let_go_at >= _when(hand_over)


def _when(hand_over: HandOver) -> int:
    return hand_over.confirmed_at
