"""Access requests as colleagues of the requester meet them: to agree, and to answer.

Each story is made by the product's own acts; our practitioner asks, the teacher is the source.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from brokerage.core_hooks.lapsing import lapse
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.references import new_reference
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts.models import User
from tests.brokerage.support.cast import a_draft, send
from tests.brokerage.support.family import family_said
from tests.browser.support.clock_caseload import shielded
from tests.support import hand_overs
from tests.support.requests import a_number

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload

DAY = timedelta(days=1)


def asked_by(person: User, *, number: str = "", now: datetime) -> AccessRequest:
    """Return a request that this practitioner sent to their line manager."""
    today = clock.today(now)
    draft = a_draft(
        person,
        now=now,
        number=number or a_number(),
        needed_until=today + 60 * DAY,
        documented_on=today,
    )
    return send(draft, now=now)


def begun(case: Caseload) -> AccessRequest:
    return requester_actions.start_draft(by=case.office.practitioner, now=case.now)


def ready(case: Caseload) -> AccessRequest:
    """A draft with every answer."""
    today = clock.today(case.now)
    return a_draft(case.office.practitioner, now=case.now, needed_until=today + 60 * DAY)


def nobody_agrees(case: Caseload) -> AccessRequest:
    """A draft with every answer, by somebody without a line manager."""
    today = clock.today(case.now)
    return a_draft(case.office.teacher, now=case.now, needed_until=today + 60 * DAY)


def to_agree(case: Caseload, *, days: int = 2, number: str = "") -> AccessRequest:
    return asked_by(case.office.practitioner, number=number, now=case.now - days * DAY)


def agreed(case: Caseload, *, days: int = 2, number: str = "") -> AccessRequest:
    access = to_agree(case, days=days, number=number)
    return manager_actions.agree(access, by=case.office.manager, now=case.now - days * DAY)


def declined(case: Caseload) -> AccessRequest:
    access = to_agree(case)
    return manager_actions.decline(access, reason="ask_first", by=case.office.manager, now=case.now)


def finished(case: Caseload) -> AccessRequest:
    """Concluded some days ago, and published."""
    access = agreed(case, days=12)
    return desk_actions.conclude(
        access, outcome="referred", by=case.office.iw, now=case.now - 11 * DAY
    )


def contacted(case: Caseload) -> AccessRequest:
    """Its source gets in touch; published."""
    request = shielded(case, ago=20, source=case.office.teacher)
    access = agreed(case, days=12, number=request.record.number_in_clear())
    then = case.now - 11 * DAY
    (liaison,) = desk_actions.ask_sources(access, by=case.office.iw, now=then)
    source_actions.answer(
        liaison, answer="will_contact", family="content", by=case.office.teacher, now=then
    )
    return desk_actions.conclude(
        AccessRequest.objects.get(pk=access.pk),
        outcome="source_will_contact",
        granted_until=clock.today(case.now) + 30 * DAY,
        by=case.office.iw,
        now=then,
    )


def lapsed(case: Caseload) -> AccessRequest:
    """Nobody agreed to it in time, and that is read."""
    today = clock.today(case.now)
    draft = a_draft(
        case.office.practitioner,
        now=case.now - 20 * DAY,
        needed_until=today - 3 * DAY,
        documented_on=today - 20 * DAY,
    )
    return lapse(send(draft, now=case.now - 20 * DAY), now=case.now - 2 * DAY)


def reachable(case: Caseload) -> Liaison:
    """A source who may contact the requester now, whose number the directory has."""
    directory.set_phone(case.office.practitioner, "01632 960 001", by=case.office.iw, now=case.now)
    return contacted(case).liaisons.get()


def withdrawn(case: Caseload) -> AccessRequest:
    access = to_agree(case)
    return requester_actions.withdraw(access, by=case.office.practitioner, now=case.now)


def a_call(case: Caseload) -> AccessRequest:
    """Urgent: phoned to the IW Team, naming our practitioner."""
    return urgent_calls.log_call(
        reference=new_reference(),
        number=a_number(),
        caller="practitioner",
        requester=case.office.practitioner,
        service=case.office.service,
        purpose="safeguarding",
        sought="contact",
        outcome="referred",
        called_back=True,
        by=case.office.iw,
        now=case.now,
    )


def asked(case: Caseload, *, source: User | None = None) -> Liaison:
    """What a source, the teacher, is asked about a record that they had shielded."""
    request = shielded(case, ago=20, source=source or case.office.teacher)
    access = agreed(case, number=request.record.number_in_clear())
    (liaison,) = desk_actions.ask_sources(access, by=case.office.iw, now=case.now)
    return liaison


def said(case: Caseload, answer: str) -> Liaison:
    return source_actions.answer(
        asked(case), answer=answer, family=family_said(answer), by=case.office.teacher, now=case.now
    )


def offered(case: Caseload) -> Liaison:
    return said(case, "will_contact")


def objected(case: Caseload) -> Liaison:
    return said(case, "objects")


def may_contact(case: Caseload) -> Liaison:
    liaison = offered(case)
    desk_actions.conclude(
        liaison.access,
        outcome="source_will_contact",
        granted_until=clock.today(case.now) + 30 * DAY,
        by=case.office.iw,
        now=case.now,
    )
    return liaison


def objected_before(case: Caseload) -> Liaison:
    """Somebody objected, and everything of theirs went to a colleague."""
    mover, heir = case.office.mover, case.office.heir
    liaison = source_actions.answer(
        asked(case, source=mover), answer="objects", family="content", by=mover, now=case.now
    )
    hand_overs.hand_over(
        mover, to=heir, by=case.office.second, proposed_by=case.office.iw, now=case.now
    )
    return liaison


def asked_no_more(case: Caseload) -> Liaison:
    liaison = asked(case)
    requester_actions.withdraw(liaison.access, by=case.office.practitioner, now=case.now)
    return liaison


STORIES: tuple[Callable[[Caseload], AccessRequest | Liaison], ...] = (
    to_agree,
    agreed,
    declined,
    finished,
    withdrawn,
    a_call,
    begun,
    ready,
    nobody_agrees,
    contacted,
    reachable,
    lapsed,
    asked,
    offered,
    objected,
    may_contact,
    asked_no_more,
    objected_before,
)


def tell(case: Caseload) -> dict[str, str]:
    """Tell every story; return the reference of each by its name."""
    return {story.__name__: story(case).reference for story in STORIES}
