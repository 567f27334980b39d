"""Who works and who does not, and who counts as one with whom: a part of the model.

Any step of somebody who was suspended is refused, and what they did before is no first step of two
any more: also once they are let in again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

Plan = Callable[[], Any] | None
SOURCES, MEMBERS = (0, 1, 2), (3, 4, 5, 6)
# One of the members leads. The administrator suspends anybody and does nothing else here.
LEAD, ADMINISTRATOR = 6, 7
LATELY = timedelta(days=28)


@dataclass
class Suspension:
    """One time an account was stopped. Its person was told, and may say that it is wrong."""

    person: int
    at: datetime
    by: int
    said_wrong: bool = False
    disputed: bool = False
    verdict: str = ""


@dataclass
class Handling:
    """An account was let be used again: who did so could be acting as its person."""

    person: int
    by: int
    at: datetime


class People:
    today: date

    def __init__(self) -> None:
        self.suspended: set[int] = set()
        self.suspensions: list[Suspension] = []
        self.handlings: list[Handling] = []
        # Every act has a moment of its own: what came after what.
        self.moment = 0

    def now(self) -> datetime:
        return datetime.combine(self.today, time()) + timedelta(seconds=self.moment)

    def works(self, who: int | None) -> bool:
        return who is not None and who not in self.suspended

    def member(self, who: int | None) -> bool:
        return who in MEMBERS and who not in self.suspended

    def counts(self, who: int | None, at: datetime | None) -> bool:
        """Whether a member's step of that moment counts: they have worked without a break since."""
        broke = any(one.person == who and at and one.at >= at for one in self.suspensions)
        return self.member(who) and not broke

    # --- Nobody is two people ---------------------------------------------------------------

    def handled_since(self, person: int | None, moment: datetime) -> set[int]:
        """Who could have acted as somebody after a moment."""
        return {one.by for one in self.handlings if one.person == person and one.at > moment}

    def as_one(self, members: Iterable[int], since: datetime) -> set[int]:
        """These, and who let an account of theirs be used again after a moment, or they theirs."""
        first = set(members)
        lately = [one for one in self.handlings if one.at > since and one.person not in SOURCES]
        own = {one.by for one in lately if one.person in first}
        return first | own | {one.person for one in lately if one.by in first}

    def as_one_with(self, steps: Iterable[tuple[int, datetime]]) -> set[int]:
        """Who took steps, each with who counts as one with them from 28 days before on."""
        first: dict[int, datetime] = {}
        for by, at in steps:
            first[by] = min(at, first.get(by, at))
        return {who for by, at in first.items() for who in self.as_one({by}, at - LATELY)}

    def newly(self, who: int | None, at: datetime) -> bool:
        """Whether somebody was let in again in the 24 hours before a moment: nobody's second."""
        day = timedelta(days=1)
        return any(one.person == who and one.at <= at < one.at + day for one in self.handlings)

    def free(self) -> set[int]:
        """The members who may be the second of something, by and large."""
        return {one for one in MEMBERS if self.works(one) and not self.newly(one, self.now())}

    def second_after(self, who: int, first: int | None, at: datetime | None) -> bool:
        """Whether somebody may be the second of two after a member's step."""
        if first is None or at is None or who not in self.free():
            return False
        return who not in self.as_one({first}, at - LATELY)

    # --- Suspended and let in again ---------------------------------------------------------

    def suspend(self, person: int, who: int) -> Plan:
        # Of the only lead none would be left; of members the lead is.
        if not self._may_suspend(person, who) or not self.works(person) or person == LEAD:
            return None
        return lambda: self._suspend(person, who)

    def _suspend(self, person: int, who: int) -> None:
        self.suspended.add(person)
        self.suspensions.append(Suspension(person, self.now(), who))

    def suspended_by(self, person: int | None, first: datetime, last: datetime) -> set[int]:
        """Return who suspended somebody from one moment to another."""
        stopped = [one for one in self.suspensions if one.person == person]
        return {one.by for one in stopped if first <= one.at <= last}

    def reactivate(self, person: int, who: int) -> Plan:
        if not self._may_suspend(person, who) or self.works(person):
            return None
        return lambda: self.let_in(person, who)

    def let_in(self, person: int, who: int) -> None:
        self.suspended.remove(person)
        self.handlings.append(Handling(person, who, self.now()))

    def _may_suspend(self, person: int, who: int) -> bool:
        return who == ADMINISTRATOR or (self.member(who) and person in SOURCES)
