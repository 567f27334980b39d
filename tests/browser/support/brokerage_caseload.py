"""Access requests as the IW Team meets them at its brokerage desk, each by its story.

Each is made by the product's own acts; our practitioner asks, teacher and joiner are sources.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.references import new_reference
from shielding import clock
from shielding.accounts import suspending
from shielding.accounts.models import User
from tests.brokerage.support.family import family_said
from tests.browser.support.access_caseload import agreed, asked_by
from tests.browser.support.clock_caseload import joined_by, shielded
from tests.support.people import a_practitioner, a_service
from tests.support.requests import a_number

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload

DAY = timedelta(days=1)


def to_begin(case: Caseload, *, days: int = 6) -> AccessRequest:
    """About a record with two sources, of whom nobody was asked."""
    request = shielded(case, ago=20, source=case.office.teacher)
    joined_by(case, request, case.office.joiner, ago=18)
    return agreed(case, days=days, number=request.record.number_in_clear())


def to_begin_unknown(case: Caseload) -> AccessRequest:
    """About a number that nobody knew: there is nobody to ask."""
    return agreed(case, number=a_number())


def consulting(case: Caseload) -> AccessRequest:
    """Asked so long ago that silence may be recorded."""
    access = to_begin(case)
    desk_actions.ask_sources(access, by=case.office.iw, now=case.now - 5 * DAY)
    return access


def kept_quiet(case: Caseload) -> AccessRequest:
    return desk_actions.ask_nobody(to_begin(case), reason="police", by=case.office.iw, now=case.now)


def objected_to(case: Caseload) -> AccessRequest:
    access = consulting(case)
    _say(access, case.office.teacher, "objects", case)
    return access


def no_contact(case: Caseload) -> AccessRequest:
    """The lead decided against it; another request about the same record follows."""
    return desk_actions.decide_as_lead(
        objected_to(case),
        decision="no_contact",
        reason="safety",
        by=case.office.lead,
        now=case.now,
    )


def tried_again(case: Caseload) -> AccessRequest:
    return agreed(case, days=1, number=_number(case, "no_contact"))


def contact_runs(case: Caseload) -> AccessRequest:
    access = consulting(case)
    for source in (case.office.teacher, case.office.joiner):
        _say(access, source, "will_contact", case)
    return desk_actions.conclude(
        access,
        outcome="source_will_contact",
        granted_until=clock.today(case.now) + 20 * DAY,
        by=case.office.iw,
        now=case.now - timedelta(hours=1),
    )


def to_pass_on(case: Caseload) -> AccessRequest:
    """Put in touch through the IW Team, and read; nobody has phoned yet."""
    request = shielded(case, ago=20, source=case.office.teacher)
    then = case.now - 9 * DAY
    access = agreed(case, days=9, number=request.record.number_in_clear())
    (liaison,) = desk_actions.ask_sources(access, by=case.office.iw, now=then)
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=case.office.teacher, now=then
    )
    return desk_actions.conclude(
        AccessRequest.objects.get(pk=access.pk),
        outcome="put_in_touch",
        granted_until=clock.today(case.now) + 20 * DAY,
        by=case.office.iw,
        now=then,
    )


def passed_on(case: Caseload) -> AccessRequest:
    return desk_actions.pass_on(
        to_pass_on(case),
        passed_on="contact",
        on=clock.today(case.now),
        by=case.office.iw,
        now=case.now,
    )


def contact_stopped(case: Caseload) -> AccessRequest:
    return source_actions.stop_contact(contact_runs(case), by=case.office.iw, now=case.now)


def asked_after_quiet(case: Caseload) -> AccessRequest:
    """About the same record as one that was kept from its sources."""
    return agreed(case, days=1, number=_number(case, "kept_quiet"))


def objects_since(case: Caseload) -> AccessRequest:
    """For more time: its source objects while the contact agreed before still runs."""
    access = agreed(case, days=1, number=_number(case, "contact_runs"))
    desk_actions.ask_sources(access, by=case.office.iw, now=case.now)
    liaison = access.liaisons.get(hold__source=case.office.teacher)
    source_actions.answer(
        liaison, answer="objects", family="content", by=case.office.teacher, now=case.now
    )
    return access


def _number(case: Caseload, name: str) -> str:
    return AccessRequest.objects.get(reference=case.access[name]).record.number_in_clear()


def nobody_can_agree(case: Caseload) -> AccessRequest:
    """Its line manager's account was suspended, and nobody stands in."""
    service = a_service("Invented youth work")
    manager = a_practitioner(service=service, name="Mel Invented")
    person = a_practitioner(service=service, manager=manager, name="Uma Invented")
    access = asked_by(person, now=case.now - 3 * DAY)
    suspending.suspend(manager, by=case.office.iw, now=case.now)
    return access


def withdrawn_at_desk(case: Caseload) -> AccessRequest:
    return requester_actions.withdraw(to_begin(case), by=case.office.practitioner, now=case.now)


def a_call_to_read(case: Caseload) -> AccessRequest:
    """Logged more than a day ago, of a police officer, and read by nobody."""
    return urgent_calls.log_call(
        reference=new_reference(),
        number=a_number(),
        caller="police",
        requester=None,
        service=case.office.school,
        purpose="safeguarding",
        sought="contact",
        outcome="viewed",
        called_back=True,
        by=case.office.iw,
        now=case.now - 2 * DAY,
    )


def _say(access: AccessRequest, source: User, answer: str, case: Caseload) -> None:
    liaison = access.liaisons.get(hold__source=source)
    source_actions.answer(
        liaison, answer=answer, family=family_said(answer), by=source, now=case.now - DAY
    )


STORIES: tuple[Callable[[Caseload], AccessRequest], ...] = (
    to_begin,
    to_begin_unknown,
    consulting,
    kept_quiet,
    objected_to,
    no_contact,
    tried_again,
    contact_runs,
    contact_stopped,
    to_pass_on,
    passed_on,
    asked_after_quiet,
    objects_since,
    nobody_can_agree,
    withdrawn_at_desk,
    a_call_to_read,
)


def tell(case: Caseload) -> None:
    """Tell every story, in order; keep the reference of each by its name."""
    for story in STORIES:
        case.access[story.__name__] = story(case).reference
