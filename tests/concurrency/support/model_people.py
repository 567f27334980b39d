"""Who works and who does not, in plain Python: a part of the model.

Any step of somebody who was suspended is refused, and what they did before is no first step of two
any more: also once they are let in again.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

Plan = Callable[[], Any] | None
SOURCES, MEMBERS = (0, 1, 2), (3, 4, 5, 6)
# One of the members leads. The administrator suspends anybody and does nothing else here.
LEAD, ADMINISTRATOR = 6, 7


class People:
    today: date

    def __init__(self) -> None:
        self.suspended: set[int] = set()
        # Who was suspended, when and by whom.
        self.suspensions: list[tuple[int, datetime, int]] = []
        # Who let whose account be used again, and when.
        self.reactivated: list[tuple[int, int, int]] = []
        # Every act has a moment of its own: what came after what.
        self.moment = 0

    def now(self) -> datetime:
        return datetime.combine(self.today, time()) + timedelta(seconds=self.moment)

    def works(self, who: int) -> bool:
        return who not in self.suspended

    def member(self, who: int | None) -> bool:
        return who in MEMBERS and who not in self.suspended

    def counts(self, who: int | None, at: datetime | None) -> bool:
        """Whether a member's step of that moment counts: they have worked without a break since."""
        broke = any(whom == who and at and when >= at for whom, when, _ in self.suspensions)
        return self.member(who) and not broke

    def reactivated_since(self, person: int, moment: int) -> set[int]:
        return {by for whom, at, by in self.reactivated if whom == person and at > moment}

    def suspend(self, person: int, who: int) -> Plan:
        if not self._may_suspend(person, who) or not self.works(person):
            return None
        return lambda: self._suspend(person, who)

    def _suspend(self, person: int, who: int) -> None:
        self.suspended.add(person)
        self.suspensions.append((person, self.now(), who))

    def suspended_by(self, person: int, first: datetime, last: datetime) -> set[int]:
        """Return who suspended somebody from one moment to another."""
        return {by for whom, at, by in self.suspensions if whom == person and first <= at <= last}

    def reactivate(self, person: int, who: int) -> Plan:
        if not self._may_suspend(person, who) or self.works(person):
            return None
        return lambda: self._reactivate(person, who)

    def _reactivate(self, person: int, who: int) -> None:
        self.suspended.remove(person)
        self.reactivated.append((person, self.moment, who))

    def _may_suspend(self, person: int, who: int) -> bool:
        return who == ADMINISTRATOR or (self.member(who) and person in SOURCES)
