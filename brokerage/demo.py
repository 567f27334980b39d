"""The demo's access requests: a few in every state, told by the product's own acts.

They are about records that the demo's requests to shield left shielded, and about numbers that
nobody knows. Told beside those, by a hook, with the same people: each story yields the moment of an
act before it is done, see `shielding/demo/telling.py`.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
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
from logbook.writing import log_entry_alone
from shielding import clock
from shielding.accounts.models import User
from shielding.demo.telling import Story
from shielding.filled import filled
from shielding.models import Hold
from shielding.records.models import HoldQuerySet

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
Turn = Generator[datetime, None, AccessRequest]


@dataclass
class Stage:
    """Who acts: requesters with a line manager, the IW Team, and the records they ask about."""

    requesters: list[User]
    manager: User
    members: list[User]
    caller: Any
    now: datetime
    told: int = 0
    # Records that a story is about already, so that the next takes another.
    taken: set[int] = field(default_factory=set)

    def then(self, days_ago: float) -> datetime:
        return self.now - days_ago * _DAY

    def shielded(self) -> Hold:
        """Return the latest agreed hold of a practitioner who does not ask here, and take it."""
        hold = self._of_others().exclude(record__in=self.taken).order_by("-placed_at", "-id")[0]
        self.taken.add(hold.record_id)
        return hold

    def shielded_longest(self) -> Hold:
        return self._of_others().order_by("placed_at", "id")[0]

    def _of_others(self) -> HoldQuerySet:
        holds = Hold.objects.standing().filter(agreed_at__isnull=False, applied_at__isnull=False)
        others = holds.filter(source__is_active=True).exclude(source__in=self.requesters)
        return others.select_related("record", "source")

    def draft(
        self,
        days_ago: float,
        *,
        number: str = "",
        upto: str = "",
        needed: int = 45,
        by: User | None = None,
    ) -> Turn:
        """Start a draft and answer its pages; about a number nobody knows unless one is given.

        `needed` is for how many days from now.
        """
        yield (now := self.then(days_ago))
        self.told += 1
        by = by or self.requesters[self.told % len(self.requesters)]
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

    def sent(self, days_ago: float, **given: Any) -> Turn:
        draft = yield from self.draft(days_ago, **given)
        declared = frozenset(questions.DECLARATIONS)
        yield (now := self.then(days_ago) + _HOUR)
        return requester_actions.submit(
            draft, declared=declared, by=filled(draft.requester), now=now
        )

    def agreed(self, days_ago: float, **given: Any) -> Turn:
        access = yield from self.sent(days_ago, **given)
        yield (now := self.then(days_ago) + 2 * _HOUR)
        return manager_actions.agree(access, by=self.manager, now=now)

    def declined(self, days_ago: float, **given: Any) -> Turn:
        access = yield from self.sent(days_ago, **given)
        yield (now := self.then(days_ago) + 4 * _HOUR)
        return manager_actions.decline(access, reason="ask_first", by=self.manager, now=now)

    def asked(self, days_ago: float) -> Turn:
        """Ask the sources of the next shielded record."""
        yield self.then(days_ago)
        number = self.shielded().record.number_in_clear()
        access = yield from self.agreed(days_ago, number=number)
        yield (now := self.then(days_ago) + 4 * _HOUR)
        desk_actions.ask_sources(access, by=self.members[0], now=now)
        return access

    def answered(self, days_ago: float, said: str) -> Turn:
        access = yield from self.asked(days_ago)
        yield (now := self.then(days_ago) + 6 * _HOUR)
        for liaison in access.liaisons.select_related("hold__source"):
            source_actions.answer(
                liaison, answer=said, family="content", by=filled(liaison.hold.source), now=now
            )
        return access

    def concluded(self, before: Turn, outcome: str, days_ago: float) -> Story:
        access = yield from before
        yield (now := self.then(days_ago))
        desk_actions.conclude(
            access,
            outcome=outcome,
            granted_until=clock.today(self.now) + 20 * _DAY,
            by=self.members[0],
            now=now,
        )

    def called(self, days_ago: float) -> Turn:
        yield (now := self.then(days_ago))
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
            now=now,
        )


def of_access_requests(cast: Any, *, now: datetime) -> Iterator[Story]:
    """Return every story of an access request.

    `cast` has the demo's practitioners, manager, members (a lead among them) and a surgery.
    """
    requesters = [one for one in cast.practitioners if one.line_manager_id == cast.manager.pk]
    stage = Stage(requesters, cast.manager, cast.members, cast.surgery, now)
    yield from _before_the_iw_team(stage)
    yield from _with_the_iw_team(stage)
    yield from _finished(stage)
    yield _asked_again_and_again(stage, cast.auditor)


def _before_the_iw_team(stage: Stage) -> Iterator[Story]:
    yield stage.draft(0.3, upto="purpose")
    yield _discarded(stage)
    yield stage.sent(0.2)
    yield stage.sent(2.3)
    yield stage.declined(6.1)


def _with_the_iw_team(stage: Stage) -> Iterator[Story]:
    for days_ago in (0.9, 1.6, 2.6, 3.6, 4.6):
        yield stage.agreed(days_ago)
    yield _about_a_shielded_record(stage)
    yield stage.asked(5.2)
    yield stage.answered(3.2, Answer.WILL_CONTACT)
    yield stage.answered(2.2, Answer.OBJECTS)
    yield stage.called(1.3)


def _finished(stage: Stage) -> Iterator[Story]:
    contact, nothing = Outcome.SOURCE_WILL_CONTACT, Outcome.NO_BROKERAGE_NEEDED
    yield stage.concluded(stage.answered(8.2, Answer.WILL_CONTACT), contact, 7.1)
    yield stage.concluded(stage.agreed(9.1), nothing, 8.6)
    yield _lapsed(stage)
    yield _withdrawn(stage)
    yield _read(stage)


def _discarded(stage: Stage) -> Story:
    draft = yield from stage.draft(1.4)
    yield (now := stage.then(1.2))
    requester_actions.discard_draft(draft, by=filled(draft.requester), now=now)


def _about_a_shielded_record(stage: Stage) -> Story:
    yield stage.then(1.1)
    yield from stage.agreed(1.1, number=stage.shielded_longest().record.number_in_clear())


def _lapsed(stage: Stage) -> Story:
    access = yield from stage.sent(20.3, needed=-2)
    yield (now := stage.then(0.9))
    lapse(access, now=now)


def _withdrawn(stage: Stage) -> Story:
    access = yield from stage.agreed(4.1)
    yield (now := stage.then(3.5))
    requester_actions.withdraw(access, by=filled(access.requester), now=now)


def _read(stage: Stage) -> Story:
    call = yield from stage.called(12.2)
    yield (now := stage.then(11.9))
    urgent_calls.read_call(call, by=stage.members[1], now=now)


def _asked_again_and_again(stage: Stage, auditor: User | None) -> Story:
    """One person asks for one record three times and is declined; then half the office looks.

    An auditor reads both among the signs of misuse: neither is a finding.
    """
    yield stage.then(6.4)
    hold, (one, other) = stage.shielded(), stage.requesters[:2]
    number, sent = hold.record.number_in_clear(), []
    for days_ago in (6.4, 5.6, 4.8):
        sent.append((yield from stage.declined(days_ago, number=number, by=one)))
    last = yield from stage.agreed(3.9, number=number, by=other)
    yield (now := stage.then(3.5))
    log_entry_alone("access_opened", by=one, at=now, reference=sent[-1].reference)
    for reader in (other, stage.manager, *stage.members):
        log_entry_alone("access_opened", by=reader, at=now, reference=last.reference)
    record = hold.record.reference
    opened = {"reference": hold.reference, "record_reference": record}
    log_entry_alone("request_opened", by=filled(hold.source), at=now, **opened)
    if auditor is not None:
        log_entry_alone(
            "record_searched",
            by=auditor,
            at=now,
            record_reference=record,
            purpose="auditing",
            found=True,
        )
