"""A form that is sent twice: the second finds it done, with no second entry and no second notice.

Everybody else, and any other word, is refused as ever.
"""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.desk.changed_meanwhile import ChangedMeanwhile
from brokerage.line_manager import actions as manager_actions
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, WrongState
from tests.brokerage.support import todays_requests
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    UNTIL,
    a_cast,
    again,
    agreed,
    answered,
    asking,
    concluded,
    say,
    sent,
)
from tests.brokerage.support.desk import as_shown, page_of
from tests.brokerage.support.family import CONTENT, family_said
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db


def written() -> tuple[int, int]:
    return Entry.objects.count(), Notice.objects.count()


def nothing_more(act: Any) -> Any:
    """Do an act once more: nothing is written, nothing is owed. Return what it returns."""
    before = written()
    done = act()
    assert written() == before
    return done


@pytest.mark.parametrize("makes", [agreed, concluded])
def test_a_withdrawal(makes):
    access = makes(cast := a_cast())
    first = requester_actions.withdraw(access, by=cast.requester, now=ASKED)
    later = ASKED + timedelta(seconds=1)
    found = nothing_more(lambda: requester_actions.withdraw(access, by=cast.requester, now=later))
    assert found.withdrawn_at == first.withdrawn_at
    with pytest.raises(NotAllowed):
        requester_actions.withdraw(access, by=cast.manager, now=ASKED)


def test_a_withdrawal_by_a_hand_over_is_not_the_requester_s():
    cast = a_cast()
    access = agreed(cast)
    heir = a_practitioner(service=cast.requester.service)
    hand_overs.hand_over(cast.requester, to=heir, by=cast.colleague, now=ASKED)
    with pytest.raises(WrongState, match="not_to_withdraw"):
        requester_actions.withdraw(access, by=cast.requester, now=ASKED)


@pytest.mark.parametrize("answer", ["will_contact", "give_contact", "objects"])
def test_an_answer_of_a_source(answer):
    cast = a_cast()
    access = asking(cast)
    first = say(access, cast.source, answer)
    found = nothing_more(lambda: say(access, cast.source, answer, now=ASKED + DAY))
    assert (found.answer, found.answered_at) == (answer, first.answered_at)
    # The same word of somebody else is not theirs.
    with pytest.raises(WrongState, match="answered"):
        source_actions.answer(
            found, answer=answer, family=family_said(answer), by=cast.member, now=ASKED
        )


@pytest.mark.parametrize("answer", ["will_contact", "no_answer"])
def test_an_answer_recorded_by_a_member(answer):
    cast = a_cast()
    liaison = asking(cast).liaisons.get(hold__source=cast.source)
    later = ASKED + 2 * DAY
    for member in (cast.member, cast.member):
        found = source_actions.answer(
            liaison, answer=answer, family=family_said(answer), by=member, now=later
        )
    assert found.answered_by == cast.member
    assert Entry.objects.filter(event="contact_answered").count() == 1
    with pytest.raises(WrongState):
        source_actions.answer(
            liaison, answer=answer, family=family_said(answer), by=cast.colleague, now=later
        )


def test_an_answer_after_the_end_is_too_late_however_often():
    cast = a_cast()
    access = concluded(cast)
    with pytest.raises(WrongState):
        say(access, cast.source, "will_contact")


def test_who_was_left_out_said_nothing():
    cast = a_cast()
    liaison = asking(cast).liaisons.get(hold__source=cast.source)
    liaison.answer, liaison.answered_at, liaison.answered_by = "left_out", ASKED, cast.member
    liaison.save()
    with pytest.raises(WrongState, match="left_out"):
        source_actions.answer(liaison, answer="left_out", by=cast.member, now=ASKED)


@pytest.mark.parametrize("who", ["source", "member"])
def test_a_stop(who):
    cast = a_cast()
    access, by = concluded(cast), getattr(cast, who)
    first = source_actions.stop_contact(access, by=by, now=ASKED)
    later = ASKED + timedelta(seconds=1)
    found = nothing_more(lambda: source_actions.stop_contact(access, by=by, now=later))
    assert found.stopped_at == first.stopped_at
    with pytest.raises(WrongState, match="no_grant"):
        source_actions.stop_contact(access, by=cast.colleague, now=ASKED)


def test_a_line_manager_s_agreement():
    access = sent(cast := a_cast())
    first = manager_actions.agree(access, by=cast.manager, now=ASKED)
    later = ASKED + timedelta(seconds=1)
    found = nothing_more(lambda: manager_actions.agree(access, by=cast.manager, now=later))
    assert found.manager_decided_at == first.manager_decided_at
    with pytest.raises(WrongState, match="not_decline"):
        manager_actions.decline(access, reason="ask_first", by=cast.manager, now=later)
    with pytest.raises(WrongState, match="not_agree"):
        manager_actions.agree(access, by=cast.requester, now=later)
    # Whatever came of it since.
    requester_actions.withdraw(access, by=cast.requester, now=later)
    nothing_more(lambda: manager_actions.agree(access, by=cast.manager, now=later))


def test_a_line_manager_s_refusal():
    access = sent(cast := a_cast())
    first = manager_actions.decline(access, reason="ask_first", by=cast.manager, now=ASKED)

    def decline(reason: str) -> Any:
        return manager_actions.decline(access, reason=reason, by=cast.manager, now=ASKED + DAY)

    found = nothing_more(lambda: decline("ask_first"))
    assert found.manager_decided_at == first.manager_decided_at
    for other in ("not_needed", ""):
        with pytest.raises(WrongState, match="not_decline"):
            decline(other)
    with pytest.raises(WrongState, match="not_agree"):
        manager_actions.agree(access, by=cast.manager, now=ASKED + DAY)


@pytest.mark.parametrize(
    ("act", "said", "words"),
    [
        ("agree/", {}, "You agreed to"),
        ("decline/", {"reason": "ask_first"}, "You declined"),
    ],
)
def test_a_line_manager_s_page_leads_to_what_they_decided(act, said, words):
    access = todays_requests.waiting(cast := a_cast())
    manager = todays_requests.at_a_desk(cast.manager)
    manager.post(todays_requests.approval(access, act), said)
    page = manager.post(todays_requests.approval(access, act), said, follow=True)
    assert page.redirect_chain == [(todays_requests.approval(access), 302)]
    assert main(page).count(f"{words} {access.reference}") == 1
    other = {"agree/": "decline/", "decline/": "agree/"}[act]
    page = manager.post(todays_requests.approval(access, other), {"reason": "not_needed"})
    assert page.status_code == 409
    assert f"{words} this on {timezone.localdate():%-d %B %Y} at " in main(page)


def test_the_question_to_the_sources():
    cast = a_cast()
    access = agreed(cast)

    def ask(*, by: Any = cast.member) -> Any:
        later = ASKED + timedelta(seconds=1)
        return desk_actions.ask_sources(access, by=by, now=later, seen=access.changed_at)

    first = ask()
    assert nothing_more(ask) == first
    with pytest.raises(ChangedMeanwhile):
        ask(by=cast.colleague)
    say(access, cast.source, "will_contact", now=ASKED + DAY)
    with pytest.raises(ChangedMeanwhile):
        ask()


def test_a_lead_s_decision():
    cast = a_cast()
    access = answered(cast, first="objects")

    def decide(decision: str = "go_ahead", *, by: Any = cast.lead) -> Any:
        reason = "duty" if decision == "go_ahead" else "safety"
        return desk_actions.decide_as_lead(
            access, decision=decision, reason=reason, by=by, now=ASKED + DAY, seen=access.changed_at
        )

    first = decide()
    assert nothing_more(decide).lead_decided_at == first.lead_decided_at
    for other in (partial(decide, "no_contact"), partial(decide, by=cast.other_lead)):
        with pytest.raises(ChangedMeanwhile):
            other()
    say(access, cast.source, "objects", now=ASKED + 2 * DAY)
    with pytest.raises(ChangedMeanwhile):
        decide()


def test_the_reading_of_a_call():
    cast = a_cast()
    call = a_call(by=cast.member, now=ASKED)
    first = urgent_calls.read_call(call, by=cast.colleague, now=ASKED)
    found = nothing_more(lambda: urgent_calls.read_call(call, by=cast.colleague, now=ASKED + DAY))
    assert found.read_at == first.read_at
    with pytest.raises(WrongState, match="not_to_read"):
        urgent_calls.read_call(call, by=cast.lead, now=ASKED)


def test_a_member_reads_that_it_was_they_who_acted_before():
    cast = a_cast()
    access = agreed(cast)
    posted = as_shown(access) | {"reason": "police"}
    desk = at_desk(cast.member)
    assert desk.post(f"{page_of(access)}keep-quiet/", posted).status_code == 302
    late = desk.post(f"{page_of(access)}keep-quiet/", posted)
    assert "You did something here before this" in main(late)
    late = at_desk(cast.colleague).post(f"{page_of(access)}keep-quiet/", posted)
    assert "Somebody has already acted on this" in main(late)


def test_a_conclusion():
    cast = a_cast()
    access = answered(cast)
    seen = access.changed_at

    def conclude(outcome: str, *, by: Any = cast.member, until: Any = None) -> Any:
        later = ASKED + timedelta(seconds=1)
        return desk_actions.conclude(
            access, outcome=outcome, granted_until=until, by=by, now=later, seen=seen
        )

    first = conclude("put_in_touch", until=UNTIL)
    # Though the page that was sent twice is one of before.
    found = nothing_more(lambda: conclude("put_in_touch", until=UNTIL))
    assert found.concluded_at == first.concluded_at
    for outcome, by, until in (
        ("put_in_touch", cast.colleague, UNTIL),
        ("put_in_touch", cast.member, UNTIL - DAY),
        ("referred", cast.member, None),
    ):
        with pytest.raises(WrongState, match="overtaken"):
            conclude(outcome, by=by, until=until)


def test_their_pages_say_that_it_is_done():
    cast = a_cast()
    access = todays_requests.agreed(cast)
    requester = todays_requests.at_a_desk(cast.requester)
    _twice(requester, f"/access/{access.reference}/withdraw/", {}, "You withdrew")
    access = todays_requests.asking(cast, now=timezone.now() - timedelta(minutes=5))
    source = todays_requests.at_a_desk(cast.source)
    liaison = todays_requests.asked(access, cast.source)
    will = {"answer": "will_contact", **CONTENT}
    _twice(
        source, todays_requests.question(liaison, "answer/"), will, "the IW Team has your answer"
    )
    _twice(source, todays_requests.question(liaison, "object/"), CONTENT, "you object")
    granted = todays_requests.concluded(cast, "source_will_contact")
    stop = todays_requests.question(todays_requests.asked(granted, cast.source), "stop/")
    _twice(source, stop, {}, "The contact is stopped")
    member = todays_requests.at_a_desk(cast.member)
    end = {"seen": again(access).changed_at.isoformat(), "outcome": "referred"}
    _twice(member, f"{page_of(access)}conclude/", end, "Concluded.")


def _twice(browser: Any, url: str, values: dict[str, str], words: str) -> None:
    for _again in range(2):
        page = browser.post(url, values, follow=True)
        assert page.status_code == 200
        assert words in page.content.decode()
