"""The demo's access requests: a few in every state, told by the product's own acts.

They are about records that the demo's requests to shield left shielded, and about numbers that
nobody knows. Told after those, by a hook, with the same people.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from brokerage import questions
from brokerage.access_request_codes import Answer, Caller, Outcome
from brokerage.core_hooks.lapsing import lapse
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.references import new_reference
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.models import Hold

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass
class Stage:
    """Who acts: requesters with a line manager, the IW Team, and the records they ask about."""

    requesters: list[User]
    manager: User
    members: list[User]
    caller: Any
    shielded: list[Hold]
    now: datetime
    told: int = 0

    def then(self, days_ago: float) -> datetime:
        return self.now - days_ago * _DAY

    def draft(
        self, days_ago: float, *, number: str = "", upto: str = "", needed: int = 45
    ) -> AccessRequest:
        """Start a draft and answer its pages; about a number nobody knows unless one is given.

        `needed` is for how many days from now.
        """
        self.told += 1
        by, now = self.requesters[self.told % len(self.requesters)], self.then(days_ago)
        draft = requester_actions.start_draft(by=by, now=now)
        values = self._answers(number or f"CP{91_000_000 + self.told}", now)
        values["needed_until"] = clock.today(self.now) + needed * _DAY
        for page in questions.PAGES:
            chosen = {name: values[name] for name in page.fields}
            draft = requester_actions.save_answers(draft, page, values=chosen, by=by, now=now)
            if page.slug == upto:
                break
        return draft

    def _answers(self, number: str, now: datetime) -> dict[str, object]:
        return {
            "number": number,
            "purpose": ("assessment", "continuity", "education", "health")[self.told % 4],
            "sought": ("contact", "message", "involvement")[self.told % 3],
            "need": ("visit", "one_plan", "service")[self.told % 3],
            "why_not_otherwise": "colleagues_asked",
            "seen_by": ["manager", "team"],
            "documented": "yes",
            "documented_on": clock.today(now),
        }

    def sent(self, days_ago: float, *, number: str = "", needed: int = 45) -> AccessRequest:
        draft = self.draft(days_ago, number=number, needed=needed)
        declared = frozenset(questions.DECLARATIONS)
        by, now = draft.requester, self.then(days_ago) + _HOUR
        return requester_actions.submit(draft, declared=declared, by=filled(by), now=now)

    def agreed(self, days_ago: float, *, number: str = "") -> AccessRequest:
        access = self.sent(days_ago, number=number)
        return manager_actions.agree(access, by=self.manager, now=self.then(days_ago) + 2 * _HOUR)

    def asked(self, days_ago: float) -> AccessRequest:
        """Ask the sources of the next shielded record."""
        number = self.shielded.pop(0).record.number_in_clear()
        access = self.agreed(days_ago, number=number)
        now = self.then(days_ago) + 4 * _HOUR
        desk_actions.ask_sources(access, by=self.members[0], now=now)
        return access

    def answered(self, days_ago: float, said: str) -> AccessRequest:
        access, now = self.asked(days_ago), self.then(days_ago) + 6 * _HOUR
        for liaison in access.liaisons.select_related("hold__source"):
            source_actions.answer(
                liaison, answer=said, family="content", by=filled(liaison.hold.source), now=now
            )
        return access

    def concluded(self, access: AccessRequest, outcome: str, days_ago: float) -> None:
        desk_actions.conclude(
            access,
            outcome=outcome,
            granted_until=clock.today(self.now) + 20 * _DAY,
            by=self.members[0],
            now=self.then(days_ago),
        )

    def called(self, days_ago: float) -> AccessRequest:
        self.told += 1
        return urgent_calls.log_call(
            reference=new_reference(),
            number=f"CP{91_000_000 + self.told}",
            caller=Caller.POLICE,
            requester=None,
            service=self.caller,
            purpose="safeguarding",
            sought="involvement",
            outcome=Outcome.VIEWED,
            called_back=True,
            by=self.members[0],
            now=self.then(days_ago),
        )


def tell(cast: Any, now: datetime) -> int:
    """Act out every story in the caller's transaction; returns how many access requests there are.

    `cast` has the demo's practitioners, manager, members (a lead among them) and a surgery.
    """
    requesters = [one for one in cast.practitioners if one.line_manager_id == cast.manager.pk]
    stage = Stage(
        requesters, cast.manager, cast.members, cast.surgery, _shielded_by_others(requesters), now
    )
    _before_the_iw_team(stage)
    _with_the_iw_team(stage)
    _finished(stage)
    return stage.told


def _shielded_by_others(requesters: list[User]) -> list[Hold]:
    """Return the agreed holds of practitioners who do not ask here, the latest first."""
    holds = Hold.objects.standing().filter(agreed_at__isnull=False, applied_at__isnull=False)
    others = holds.exclude(source__in=requesters).exclude(source=None)
    return list(others.select_related("record").order_by("-placed_at", "-id"))


def _before_the_iw_team(stage: Stage) -> None:
    stage.draft(0.3, upto="purpose")
    discarded = stage.draft(1.4)
    requester_actions.discard_draft(discarded, by=filled(discarded.requester), now=stage.then(1.2))
    stage.sent(0.2)
    stage.sent(2.3)
    declined = stage.sent(6.1)
    manager_actions.decline(declined, reason="ask_first", by=stage.manager, now=stage.then(5.9))


def _with_the_iw_team(stage: Stage) -> None:
    stage.agreed(0.9)
    stage.agreed(1.1, number=stage.shielded[-1].record.number_in_clear())
    stage.asked(5.2)
    stage.answered(3.2, Answer.WILL_CONTACT)
    stage.answered(2.2, Answer.OBJECTS)
    stage.called(1.3)


def _finished(stage: Stage) -> None:
    stage.concluded(stage.answered(8.2, Answer.WILL_CONTACT), Outcome.SOURCE_WILL_CONTACT, 7.1)
    stage.concluded(stage.agreed(9.1), Outcome.NO_BROKERAGE_NEEDED, 8.6)
    lapse(stage.sent(20.3, needed=-2), now=stage.then(0.9))
    withdrawn = stage.agreed(4.1)
    requester_actions.withdraw(withdrawn, by=filled(withdrawn.requester), now=stage.then(3.5))
    urgent_calls.read_call(stage.called(12.2), by=stage.members[1], now=stage.then(11.9))
