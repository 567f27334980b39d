"""A failure at every statement of every act of brokerage: all of it happened, or none of it."""

from collections.abc import Callable
from typing import Any

import pytest

from brokerage import questions, states
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from shielding.unshield import actions as unshield_actions
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    UNTIL,
    Cast,
    a_cast,
    a_draft,
    agreed,
    answered,
    asking,
    concluded,
    in_state,
    send,
    sent,
)
from tests.brokerage.support.family import family_said
from tests.support import hand_overs
from tests.support.failures import fail_at_every_statement
from tests.support.people import a_practitioner
from tests.support.requests import a_number
from tests.support.shielded_records import let_go

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], Any]


def _save(cast: Cast) -> Act:
    draft, page = a_draft(cast.requester), questions.PAGE["need"]
    values = {"need": "file"}
    return lambda: requester_actions.save_answers(
        draft, page, values=values, by=cast.requester, now=ASKED
    )


def _submit(cast: Cast) -> Act:
    draft = a_draft(cast.requester)
    return lambda: send(draft)


def _answer(cast: Cast, answer: str) -> Act:
    access = asking(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    return lambda: source_actions.answer(
        liaison, answer=answer, family=family_said(answer), by=cast.source, now=ASKED
    )


def _conclude(cast: Cast) -> Act:
    access = answered(cast)
    return lambda: desk_actions.conclude(
        access, outcome="put_in_touch", granted_until=UNTIL, by=cast.member, now=ASKED
    )


def _call(cast: Cast) -> Act:
    number = a_number()
    return lambda: urgent_calls.log_call(
        reference="IW-2222-2222",
        number=number,
        caller="practitioner",
        requester=cast.requester,
        service=cast.requester.service,
        purpose="safeguarding",
        sought="contact",
        outcome="viewed",
        called_back=True,
        by=cast.member,
        now=ASKED,
    )


def _read(cast: Cast) -> Act:
    access = _call(cast)()
    return lambda: urgent_calls.read_call(access, by=cast.colleague, now=ASKED)


def _unshield(cast: Cast) -> Act:
    record = answered(cast).record
    for hold in record.holds.standing():
        let_go(hold, now=ASKED)
    unshield_actions.begin_unshield(record, by=cast.member, now=ASKED + DAY)
    return lambda: unshield_actions.confirm_unshield(record, by=cast.lead, now=ASKED + DAY)


def _hand_over(cast: Cast, leaver: str) -> Act:
    answered(cast)
    a_draft(cast.requester)
    person = getattr(cast, leaver)
    heir = a_practitioner(service=person.service)
    proposal = hand_overs.proposed(person, to=heir, now=ASKED)
    return lambda: hand_overs.confirmed(proposal, by=cast.member, now=ASKED)


PREPARED: dict[str, Callable[[Cast], Act]] = {
    "start": lambda c: lambda: requester_actions.start_draft(by=c.requester, now=ASKED),
    "save": _save,
    "discard": lambda c: _of(a_draft(c.requester), requester_actions.discard_draft, c.requester),
    "submit": _submit,
    "withdraw": lambda c: _of(asking(c), requester_actions.withdraw, c.requester),
    "agree": lambda c: _of(sent(c), manager_actions.agree, c.manager),
    "decline": lambda c: _of(sent(c), manager_actions.decline, c.manager, reason="ask_first"),
    "ask": lambda c: _of(agreed(c), desk_actions.ask_sources, c.member),
    "ask nobody": lambda c: _of(agreed(c), desk_actions.ask_nobody, c.member, reason="police"),
    "answer": lambda c: _answer(c, "will_contact"),
    "object": lambda c: _answer(c, "objects"),
    "ask lead": lambda c: _of(answered(c), desk_actions.ask_lead, c.member),
    "decide": lambda c: _of(
        in_state(c, states.WITH_LEAD), desk_actions.decide_as_lead, c.lead,
        decision="go_ahead", reason="duty",
    ),
    "conclude": _conclude,
    "stop": lambda c: _of(concluded(c), source_actions.stop_contact, c.member),
    "call": _call,
    "read call": _read,
    "unshield": _unshield,
    "hand over a requester": lambda c: _hand_over(c, "requester"),
    "hand over a source": lambda c: _hand_over(c, "source"),
}  # fmt: skip


def _of(thing: Any, act: Callable[..., Any], by: Any, **given: Any) -> Act:
    return lambda: act(thing, by=by, now=ASKED, **given)


@pytest.mark.parametrize("prepare", PREPARED.values(), ids=PREPARED)
def test_a_failure_at_any_statement_leaves_everything_as_it_was(prepare):
    fail_at_every_statement(prepare(a_cast()))
