"""What the acts of brokerage refuse that no page lets through."""

from datetime import timedelta
from functools import partial

import pytest

from brokerage import parts, policies, publication, questions, states
from brokerage.access_request_codes import REASONS, Part
from brokerage.desk import actions as desk_actions
from brokerage.desk import urgent_calls
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.references import new_reference
from shielding import clock
from shielding.web.refusals import NotAllowed, Refused, WrongState
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    UNTIL,
    Cast,
    a_cast,
    a_draft,
    again,
    agreed,
    answered,
    asking,
    in_state,
    say,
    send,
    sent,
)
from tests.brokerage.support.urgent_calls import a_call
from tests.concurrency.support.crowd import a_crowd
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member
from tests.support.requests import a_number
from tests.support.shielded_records import let_go, shielded_for

pytestmark = pytest.mark.django_db
TOO_SOON = (
    "The date must be at least four working days from today. If you need it sooner, phone the IW "
    "Team."
)


def test_only_a_practitioner_starts_one():
    for person in (an_iw_member(), an_auditor()):
        with pytest.raises(NotAllowed):
            requester_actions.start_draft(by=person, now=ASKED)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (ASKED.date() - DAY, TOO_SOON),
        # From a Monday Thursday is the third working day.
        (ASKED.date() + 3 * DAY, TOO_SOON),
        (
            clock.months_after(ASKED.date(), 6) + DAY,
            "The date must be within six months from today.",
        ),
        (None, TOO_SOON),
    ],
)
def test_the_act_itself_bounds_until_when_contact_is_needed(until, words):
    cast = a_cast()
    draft, page = a_draft(cast.requester), questions.PAGE["until"]
    with pytest.raises(Refused, match="needed_until_bounds") as refusal:
        requester_actions.save_answers(
            draft, page, values={"needed_until": until}, by=cast.requester, now=ASKED
        )
    assert refusal.value.message == words
    assert again(draft).needed_until == UNTIL


def test_four_working_days_are_enough_and_a_draft_that_waited_asks_again():
    cast = a_cast()
    draft, page = a_draft(cast.requester), questions.PAGE["until"]
    friday = ASKED.date() + 4 * DAY
    draft = requester_actions.save_answers(
        draft, page, values={"needed_until": friday}, by=cast.requester, now=ASKED
    )
    assert questions.missing(draft, ASKED.date()) == []
    assert questions.missing(draft, ASKED.date() + DAY) == [page]
    with pytest.raises(WrongState, match="not_complete"):
        send(draft, now=ASKED + DAY)
    assert send(draft, now=ASKED).needed_until == friday


@pytest.mark.behind_the_acts("a day that no act lets in")
def test_a_day_too_far_ahead_is_not_sent():
    cast = a_cast()
    draft = a_draft(cast.requester)
    far = clock.months_after(ASKED.date(), 6) + DAY
    AccessRequest.objects.filter(pk=draft.pk).update(needed_until=far)
    with pytest.raises(WrongState, match="not_complete"):
        send(again(draft))


def test_every_declaration_is_needed():
    cast = a_cast()
    draft = a_draft(cast.requester)
    for left_out in questions.DECLARATIONS:
        declared = frozenset(questions.DECLARATIONS) - {left_out}
        with pytest.raises(WrongState, match="not_declared"):
            requester_actions.submit(draft, declared=declared, by=cast.requester, now=ASKED)


def test_codes_that_are_not_on_the_list():
    cast = a_cast()
    with pytest.raises(WrongState, match="no_reason"):
        manager_actions.decline(sent(cast), reason="because", by=cast.manager, now=ASKED)
    access = agreed(cast)
    with pytest.raises(WrongState, match="no_reason"):
        desk_actions.ask_nobody(access, reason="because", by=cast.member, now=ASKED)
    with pytest.raises(WrongState, match="no_outcome"):
        desk_actions.conclude(access, outcome="told", by=cast.member, now=ASKED)
    with_lead = in_state(cast, states.WITH_LEAD)
    # A reason has to go with the decision it is given for.
    wrong = (
        ("maybe", "duty"),
        ("go_ahead", "safety"),
        ("go_ahead", "not_needed"),
        ("no_contact", "duty"),
        ("no_contact", "child_at_risk"),
        ("no_contact", "safe_way"),
        ("go_ahead", "because"),
        ("no_contact", ""),
    )
    for decision, reason in wrong:
        with pytest.raises(WrongState, match="no_decision"):
            desk_actions.decide_as_lead(
                with_lead, decision=decision, reason=reason, by=cast.lead, now=ASKED
            )
    with pytest.raises(WrongState, match="no_answer"):
        say(asking(cast), cast.source, "maybe")


def test_who_let_go_answers_no_more():
    cast = a_cast()
    access = asking(cast)
    let_go(access.liaisons.get(hold__source=cast.source).hold, now=ASKED)
    with pytest.raises(WrongState, match="let_go"):
        say(access, cast.source, "will_contact")


def test_nobody_takes_a_second_part():
    cast = a_cast()
    access = answered(cast)
    for person in (cast.requester, cast.manager, cast.member):
        with pytest.raises(NotAllowed, match="second_person"):
            parts.take(Part.LEAD, person, access, now=ASKED)


def test_after_no_contact_nothing_is_disclosed():
    cast = a_cast()
    access = in_state(cast, states.WITH_LEAD)
    desk_actions.decide_as_lead(
        access, decision="no_contact", reason="safety", by=cast.lead, now=ASKED
    )
    for outcome in ("source_will_contact", "put_in_touch", "viewed"):
        assert "no contact" in policies.missing_for(again(access), outcome, ASKED)


def test_an_undecided_request_to_shield_comes_first():
    cast = a_cast()
    access = answered(cast)
    access.record.holds.filter(source=cast.source).update(agreed_at=None, agreed_by=None)
    assert "not decided yet" in policies.missing_for(again(access), "put_in_touch", ASKED)


def test_what_a_colleague_answered_as_a_source_of_their_own_stays():
    cast = a_cast()
    cast.other_source.service = cast.source.service
    cast.other_source.save()
    access = answered(cast)
    hand_overs.hand_over(cast.source, to=cast.other_source, by=cast.colleague, now=ASKED)
    assert sorted(access.liaisons.values_list("answer", flat=True)) == ["", "give_contact"]
    assert Liaison.objects.filter(access=access, hold__source=cast.other_source).count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_form_of_a_call_sent_at_once_for_two_numbers_is_one_call():
    cast = a_cast()
    call = partial(
        urgent_calls.log_call,
        reference="IW-2222-2222",
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
    with a_crowd(2) as crowd:
        one, other = crowd.at_once(
            partial(call, number=a_number()), partial(call, number=a_number())
        )
    assert sorted(getattr(result, "code", "done") for result in (one, other)) == [
        "done",
        "reference_taken",
    ]
    assert AccessRequest.objects.count() == 1


def test_a_second_answer_is_refused_but_for_an_objection():
    cast = a_cast()
    access = answered(cast)
    with pytest.raises(WrongState, match="answered"):
        say(access, cast.source, "give_contact")
    assert say(access, cast.source, "objects").answer == "objects"


def test_a_new_line_manager_has_not_agreed():
    cast = a_cast()
    access = answered(cast)
    cast.requester.line_manager = cast.other_source
    cast.requester.save()
    assert "ask again" in policies.missing_for(again(access), "put_in_touch", ASKED)
    assert policies.missing_for(again(access), "referred", ASKED) == ""


def test_a_contact_ends_after_its_outcome_is_read_and_within_what_was_asked():
    cast = a_cast()
    access = answered(cast)
    read_on = publication.read_from(access.manager_decided_at, ASKED).date()
    for day in (None, read_on, UNTIL + DAY):
        with pytest.raises(Refused, match="grant_bounds"):
            desk_actions.conclude(
                access, outcome="put_in_touch", granted_until=day, by=cast.member, now=ASKED
            )
    done = desk_actions.conclude(
        access, outcome="put_in_touch", granted_until=read_on + DAY, by=cast.member, now=ASKED
    )
    assert done.granted_until == read_on + DAY


def a_third_source(access: AccessRequest, cast: Cast) -> None:
    """Let a third source's request for the same record be agreed, and ask them."""
    (hold,) = shielded_for(a_practitioner(), number=access.record.number_in_clear(), now=ASKED)
    (asked,) = desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    source_actions.answer(asked, answer="give_contact", family="content", by=hold.source, now=ASKED)


@pytest.mark.parametrize("decision", ["go_ahead", "no_contact"])
def test_an_objection_outlives_a_source_who_comes_later(decision):
    cast = a_cast()
    access = in_state(cast, states.WITH_LEAD)
    before = ASKED - timedelta(minutes=1)
    reason = REASONS[decision][0]
    desk_actions.decide_as_lead(access, decision=decision, reason=reason, by=cast.lead, now=before)
    a_third_source(access, cast)
    for outcome in ("put_in_touch", "viewed"):
        assert "lead" in policies.missing_for(again(access), outcome, ASKED)
    # The way on is the lead, once more.
    desk_actions.ask_lead(again(access), by=cast.member, now=ASKED)
    desk_actions.decide_as_lead(
        again(access), decision="go_ahead", reason="duty", by=cast.lead, now=ASKED
    )
    assert policies.missing_for(again(access), "put_in_touch", ASKED) == ""


def test_a_claim_agreed_after_the_lead_went_ahead_quietly_takes_the_lead_again():
    cast = a_cast()
    access = agreed(cast)
    desk_actions.ask_nobody(access, reason="police", by=cast.member, now=ASKED)
    desk_actions.ask_lead(access, by=cast.member, now=ASKED)
    desk_actions.decide_as_lead(access, decision="go_ahead", reason="duty", by=cast.lead, now=ASKED)
    assert policies.missing_for(again(access), "viewed", ASKED) == ""
    later = ASKED + DAY
    shielded_for(a_practitioner(), number=access.record.number_in_clear(), now=later)
    assert "lead" in policies.missing_for(again(access), "viewed", ASKED)


def test_nobody_silent_but_those_left_out():
    cast = a_cast()
    access = asking(cast)
    for liaison in access.liaisons.all():
        source_actions.answer(liaison, answer="no_answer", by=cast.member, now=ASKED + 3 * DAY)
    access.liaisons.filter(hold__source=cast.source).update(answer="left_out")
    assert policies.missing_for(again(access), "no_answer", ASKED) == ""


@pytest.mark.parametrize("silent", [True, False])
def test_no_answer_is_the_outcome_though_another_let_go_without_a_word(silent):
    cast, later = a_cast(), ASKED + 4 * DAY
    access = asking(cast)
    let_go(access.liaisons.get(hold__source=cast.other_source).hold, now=ASKED + DAY)
    if silent:
        liaison = access.liaisons.get(hold__source=cast.source)
        source_actions.answer(liaison, answer="no_answer", by=cast.member, now=later)
    words = "" if silent else "Only where every practitioner was asked and none answered."
    assert policies.missing_for(again(access), "no_answer", later) == words


def test_a_correction_of_a_call_is_not_dropped_silently():
    cast = a_cast()
    given = {
        "reference": "IW-2222-2222", "number": a_number(), "caller": "practitioner",
        "requester": cast.requester, "service": cast.requester.service,
        "purpose": "safeguarding", "sought": "contact", "called_back": True,
        "by": cast.member, "now": ASKED,
    }  # fmt: skip
    urgent_calls.log_call(**given, outcome="viewed")
    with pytest.raises(Refused, match="reference_taken"):
        urgent_calls.log_call(**given, outcome="referred")
    with pytest.raises(WrongState, match="no_outcome"):
        urgent_calls.log_call(**given | {"reference": "IW-3333-3333"}, outcome="put_in_touch")


def test_the_correction_of_a_caller_s_service_is_not_dropped_silently():
    member, reference, number = a_cast().member, new_reference(), a_number()
    one = a_call(by=member, reference=reference, number=number)
    same = {"by": member, "reference": reference, "number": number}
    assert a_call(**same, service=one.service) == one
    with pytest.raises(Refused, match="reference_taken"):
        a_call(**same, service=a_service())
