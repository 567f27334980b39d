"""Access requests for the tests, brought as far as wanted by the product's own acts."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from brokerage import questions, states
from brokerage.core_hooks.lapsing import lapse
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from shielding.accounts.models import User
from shielding.models import Hold
from tests.brokerage.support.family import family_said
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number
from tests.support.shielded_records import agreed_holds

# A Monday: nothing is asked before the record was shielded.
ASKED = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
UNTIL = date(2026, 4, 30)
# What cannot be done without it, as a code and in words.
NEED, IN_WORDS = "one_plan", "Agree one plan"
# All pages as one: a test that is about something else fills them by one act.
_WHOLE = replace(
    questions.PAGES[-1], fields=tuple(name for page in questions.PAGES for name in page.fields)
)


@dataclass
class Cast:
    """Who has a part: a requester and their manager, two sources, the IW Team, two leads."""

    requester: User
    manager: User
    source: User
    other_source: User
    member: User
    colleague: User
    lead: User
    other_lead: User


def a_cast() -> Cast:
    service = a_service()
    manager = a_practitioner(service=service)
    return Cast(
        requester=a_practitioner(service=service, manager=manager),
        manager=manager,
        source=a_practitioner(manager=a_practitioner()),
        other_source=a_practitioner(),
        member=an_iw_member(),
        colleague=an_iw_member(),
        lead=an_iw_member(lead=True),
        other_lead=an_iw_member(lead=True),
    )


def full_answers(**changed: Any) -> dict[str, Any]:
    """Return every column a complete access request needs."""
    return {
        "number": a_number(),
        "purpose": "assessment",
        "sought": "contact",
        "need": NEED,
        "why_not_otherwise": "not_in_own_records",
        "seen_by": ["me"],
        "needed_until": UNTIL,
        "documented": "yes",
        "documented_on": ASKED.date(),
    } | changed


def a_draft(by: User, *, now: datetime = ASKED, **changed: Any) -> AccessRequest:
    """Return a complete draft, ready to send."""
    draft, values = requester_actions.start_draft(by=by, now=now), full_answers(**changed)
    page_values = {name: values[name] for name in _WHOLE.fields}
    return requester_actions.save_answers(draft, _WHOLE, values=page_values, by=by, now=now)


def send(draft: AccessRequest, *, now: datetime = ASKED) -> AccessRequest:
    declared = frozenset(questions.DECLARATIONS)
    return requester_actions.submit(draft, declared=declared, by=draft.requester, now=now)


def shielded(cast: Cast, *, now: datetime = NOW) -> tuple[str, list[Hold]]:
    """Return a record's number and the two agreed holds that stand on it."""
    number = a_number()
    return number, agreed_holds(cast.source, cast.other_source, number=number, now=now)


def sent(cast: Cast, *, number: str = "", now: datetime = ASKED, **changed: Any) -> AccessRequest:
    """Return a request that is with the line manager; about a shielded record unless told."""
    number = number or shielded(cast)[0]
    return send(a_draft(cast.requester, number=number, now=now, **changed), now=now)


def agreed(cast: Cast, *, now: datetime = ASKED, **changed: Any) -> AccessRequest:
    """Return a request that its line manager agreed."""
    access = sent(cast, now=now, **changed)
    return manager_actions.agree(access, by=cast.manager, now=now)


def asking(cast: Cast, *, now: datetime = ASKED, **changed: Any) -> AccessRequest:
    """Return a request whose sources were asked."""
    access = agreed(cast, now=now, **changed)
    desk_actions.ask_sources(access, by=cast.member, now=now)
    return again(access)


def say(access: AccessRequest, source: User, answer: str, *, now: datetime = ASKED) -> Liaison:
    """Let a source answer."""
    liaison = access.liaisons.get(hold__source=source)
    return source_actions.answer(
        liaison, answer=answer, family=family_said(answer), by=source, now=now
    )


def answered(
    cast: Cast, first: str = "will_contact", second: str = "give_contact", **changed: Any
) -> AccessRequest:
    """Return a request that both sources answered."""
    access = asking(cast, **changed)
    say(access, cast.source, first)
    say(access, cast.other_source, second)
    return again(access)


def concluded(cast: Cast, outcome: str = "source_will_contact") -> AccessRequest:
    """Return a request with its outcome, not yet published."""
    return desk_actions.conclude(
        answered(cast), outcome=outcome, granted_until=UNTIL, by=cast.member, now=ASKED
    )


def again(access: AccessRequest) -> AccessRequest:
    """Return the request as it stands now."""
    return AccessRequest.objects.get(pk=access.pk)


def in_state(cast: Cast, state: str) -> AccessRequest:
    """Return a request in any state, brought there by the acts."""
    if state in (states.DRAFT, states.DISCARDED):
        draft = a_draft(cast.requester)
        if state == states.DISCARDED:
            requester_actions.discard_draft(draft, by=cast.requester, now=ASKED)
    elif state == states.DECLINED:
        draft = manager_actions.decline(sent(cast), reason="ask_first", by=cast.manager, now=ASKED)
    elif state == states.WITHDRAWN:
        draft = requester_actions.withdraw(agreed(cast), by=cast.requester, now=ASKED)
    elif state == states.LAPSED:
        draft = agreed(cast, needed_until=(ASKED + 4 * DAY).date())
        lapse(draft, now=ASKED + 5 * DAY)
    elif state == states.WITH_LEAD:
        draft = answered(cast, first="objects")
    else:
        made = {
            states.WITH_MANAGER: sent,
            states.WITH_IW: agreed,
            states.BEING_BROKERED: answered,
            states.CONCLUDED: concluded,
        }
        draft = made[state](cast)
    return again(draft)
