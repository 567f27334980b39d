"""Every act of brokerage, tried by everybody in every state: who does it, and nobody else."""

from collections.abc import Callable
from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from brokerage import questions, states
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import User
from shielding.web.refusals import Refused
from tests.brokerage.support.cast import ASKED, UNTIL, Cast, a_cast, in_state
from tests.brokerage.support.family import family_said
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db
NOW = ASKED + timedelta(hours=1)
Act = Callable[[AccessRequest, User], Any]


def everybody(cast: Cast) -> dict[str, User]:
    """Return everybody who could try: those with a part, those near them, those far away."""
    manager = cast.manager
    deputy = a_practitioner(service=manager.service)
    a_practitioner(service=manager.service, manager=deputy)
    deputy_actions.name_deputy(
        manager, deputy=deputy, first_day=NOW.date(), last_day=NOW.date(), by=manager, now=ASKED
    )
    return {
        **vars(cast),
        "deputy": deputy,
        "team_mate": a_practitioner(service=manager.service, manager=manager),
        "stranger": a_practitioner(),
        "new_member": an_iw_member(second_person_from=NOW + timedelta(hours=1)),
        "gone_member": an_iw_member(is_active=False),
        "gone_lead": an_iw_member(lead=True, is_active=False),
        "auditor": an_auditor(),
        "administrator": an_administrator(),
    }


def _answer(access: AccessRequest, by: User, answer: str) -> Any:
    """Answer for the first source asked, whoever one is."""
    liaison = access.liaisons.order_by("id").first()
    if liaison is None:
        raise Refused("not_asked")
    return source_actions.answer(liaison, answer=answer, family=family_said(answer), by=by, now=NOW)


ACTS: dict[str, Act] = {
    "save": lambda a, by: requester_actions.save_answers(
        a, questions.PAGE["purpose"], values={"purpose": "health"}, by=by, now=NOW
    ),
    "discard": lambda a, by: requester_actions.discard_draft(a, by=by, now=NOW),
    "submit": lambda a, by: requester_actions.submit(
        a, declared=frozenset(questions.DECLARATIONS), by=by, now=NOW
    ),
    "withdraw": lambda a, by: requester_actions.withdraw(a, by=by, now=NOW),
    "agree": lambda a, by: manager_actions.agree(a, by=by, now=NOW),
    "decline": lambda a, by: manager_actions.decline(a, reason="ask_first", by=by, now=NOW),
    "ask": lambda a, by: desk_actions.ask_sources(a, by=by, now=NOW),
    "ask nobody": lambda a, by: desk_actions.ask_nobody(a, reason="police", by=by, now=NOW),
    "answer": lambda a, by: _answer(a, by, "give_contact"),
    "object": lambda a, by: _answer(a, by, "objects"),
    "ask lead": lambda a, by: desk_actions.ask_lead(a, by=by, now=NOW),
    "decide": lambda a, by: desk_actions.decide_as_lead(
        a, decision="no_contact", reason="safety", by=by, now=NOW
    ),
    "refer": lambda a, by: desk_actions.conclude(a, outcome="referred", by=by, now=NOW),
    "not needed": lambda a, by: desk_actions.conclude(
        a, outcome="no_longer_needed", by=by, now=NOW
    ),
    "contact": lambda a, by: desk_actions.conclude(
        a, outcome="source_will_contact", granted_until=UNTIL, by=by, now=NOW
    ),
    "stop": lambda a, by: source_actions.stop_contact(a, by=by, now=NOW),
    "read call": lambda a, by: urgent_calls.read_call(a, by=by, now=NOW),
}

OWN = {"requester"}
IW = {"member", "colleague", "lead", "other_lead"}
# What was sent is found sent; nothing happens.
SENT = {"submit": OWN}
AGREED = SENT | {"agree": {"manager"}}
EXPECTED: dict[str, dict[str, set[str]]] = {
    states.DRAFT: {"save": OWN, "discard": OWN, "submit": OWN},
    states.DISCARDED: {},
    states.WITH_MANAGER: SENT
    | {"withdraw": OWN, "agree": {"manager", "deputy"}, "decline": {"manager", "deputy"}},
    states.DECLINED: SENT | {"decline": {"manager"}},
    states.WITH_IW: AGREED
    | {"withdraw": OWN, "ask": IW, "ask nobody": IW, "refer": IW, "not needed": IW},
    states.BEING_BROKERED: AGREED
    | {"withdraw": OWN, "object": IW | {"source"}, "ask lead": IW}
    | {"refer": IW, "not needed": IW, "contact": IW},
    states.WITH_LEAD: AGREED
    | {"withdraw": OWN, "decide": {"lead", "other_lead"}, "refer": IW, "not needed": IW}
    # What somebody said or did is found so when the same person sends the same again.
    | {"object": {"source"}},
    states.CONCLUDED: AGREED
    | {"withdraw": OWN, "stop": IW | {"new_member", "source", "other_source"}}
    | {"contact": {"member"}},
    states.WITHDRAWN: AGREED | {"withdraw": OWN},
    states.LAPSED: AGREED | {"withdraw": OWN},
}


def row(access: AccessRequest) -> dict[str, Any]:
    return AccessRequest.objects.filter(pk=access.pk).values().get()


def who_does(access: AccessRequest, act: Act, people: dict[str, User]) -> set[str]:
    """Return who could do an act now; what each did is undone."""
    before, done = row(access), set()
    for name, person in people.items():
        with transaction.atomic():
            try:
                act(copy(access), copy(person))
            except Refused:
                continue
            done.add(name)
            transaction.set_rollback(True)
    assert row(access) == before  # a refusal changed nothing
    return done


@pytest.mark.parametrize("state", states.LABELS)
def test_who_does_what(state):
    cast = a_cast()
    people = everybody(cast)
    access = in_state(cast, state)
    for person in people.values():
        person.refresh_from_db()
    found = {name: who_does(access, act, people) for name, act in ACTS.items()}
    assert {name: who for name, who in found.items() if who} == EXPECTED[state]
