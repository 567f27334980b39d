"""An answer is of who gave it, counts from when it was given, and nobody who asks stays unheard."""

from datetime import timedelta

import pytest

from brokerage import parts, policies, source_policies, states
from brokerage.desk import actions as desk_actions
from brokerage.models import Liaison
from brokerage.source import actions as source_actions
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.heard import (
    asked_of_a_service,
    confirms,
    fresh,
    lead_decides,
    silent,
)
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
    shielded,
)
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.requests import NOW, a_number
from tests.support.shielded_records import let_go, shielded_for

pytestmark = pytest.mark.django_db
SOON = ASKED + timedelta(minutes=1)


# --- An objection is later than the yes it outlives ----------------------------------------------
def test_a_yes_said_before_does_not_take_a_later_objection_back():
    cast = a_cast()
    number, _ = shielded(cast)
    one, two = asking(cast, number=number), asking(cast, number=number)
    say(one, cast.source, "give_contact")
    say(one, cast.other_source, "give_contact")
    say(two, cast.source, "objects", now=ASKED + DAY)
    assert "objects" in policies.missing_for(again(one), "put_in_touch", ASKED + DAY)


def test_a_lead_who_went_ahead_before_did_not_know_of_an_objection_elsewhere():
    cast = a_cast()
    number, _ = shielded(cast)
    one, two = asking(cast, number=number), asking(cast, number=number)
    later = ASKED + 2 * DAY
    for source in (cast.source, cast.other_source):
        silent(two, source, cast, now=later)
    lead_decides(two, "go_ahead", cast, now=later)
    assert policies.missing_for(again(two), "viewed", later) == ""
    say(one, cast.source, "objects", now=later + DAY)
    assert "objects" in policies.missing_for(again(two), "viewed", later + DAY)
    lead_decides(two, "go_ahead", cast, now=later + 2 * DAY)
    assert policies.missing_for(again(two), "viewed", later + 2 * DAY) == ""


def test_no_contact_stands_when_the_same_person_asks_again():
    cast = a_cast()
    number, _ = shielded(cast)
    one, later = asking(cast, number=number), ASKED + 2 * DAY
    for source in (cast.source, cast.other_source):
        silent(one, source, cast, now=later)
    lead_decides(one, "no_contact", cast, now=later)
    desk_actions.conclude(again(one), outcome="declined", by=cast.member, now=later)
    two = asking(cast, number=number, now=later + DAY)
    for source in (cast.source, cast.other_source):
        say(two, source, "will_contact", now=later + DAY)
    for outcome in ("source_will_contact", "viewed"):
        assert "decided against" in policies.missing_for(again(two), outcome, later + DAY)
    lead_decides(two, "go_ahead", cast, now=later + DAY)
    assert policies.missing_for(again(two), "source_will_contact", later + DAY) == ""


def test_no_contact_for_one_request_stops_another_that_a_lead_let_go_ahead_before():
    cast = a_cast()
    number, _ = shielded(cast)
    one, two = asking(cast, number=number), asking(cast, number=number)
    for access in (one, two):
        say(access, cast.source, "will_contact")
        say(access, cast.other_source, "objects")
    lead_decides(two, "go_ahead", cast)
    assert policies.missing_for(again(two), "source_will_contact", ASKED) == ""
    lead_decides(one, "no_contact", cast, now=SOON)
    assert "decided against" in policies.missing_for(again(two), "source_will_contact", SOON)
    assert not policies.is_news_to_lead(again(two))


def test_a_claim_that_nobody_can_be_asked_about_makes_the_lead_look_again_while_it_stands():
    """The line manager asks for the shield since the lead went ahead, and has another part."""
    cast = a_cast()
    access = answered(cast, second="objects")
    lead_decides(access, "go_ahead", cast)
    shielded_for(cast.manager, number=a_number(), now=SOON)
    assert policies.missing_for(again(access), "source_will_contact", SOON) == ""
    (hold,) = shielded_for(cast.manager, number=access.record.number_in_clear(), now=SOON)
    assert "added since" in policies.missing_for(again(access), "source_will_contact", SOON)
    let_go(hold, now=SOON)
    assert policies.missing_for(again(access), "source_will_contact", SOON) == ""


# --- No way to a second lead ---------------------------------------------------------------------
def test_a_hand_over_is_no_news_to_a_lead_who_decided_against_contact():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    lead_decides(access, "no_contact", cast)
    heir = a_practitioner(service=cast.other_source.service)
    hand_overs.hand_over(fresh(cast.other_source), to=heir, by=cast.member, now=SOON)
    assert not policies.is_news_to_lead(again(access))
    say(access, heir, "will_contact", now=SOON)
    assert policies.is_news_to_lead(again(access))


def test_a_claim_that_goes_to_who_has_a_part_is_no_news_either():
    cast = a_cast()
    first = a_practitioner(service=cast.manager.service)
    number = a_number()
    shielded_for(first, cast.other_source, number=number, now=NOW)
    access = asking(cast, number=number)
    say(access, cast.other_source, "objects")
    lead_decides(access, "no_contact", cast)
    hand_overs.hand_over(first, to=cast.manager, by=cast.member, now=SOON)
    assert not policies.is_news_to_lead(again(access))
    with pytest.raises(WrongState, match="lead_decided"):
        desk_actions.ask_lead(again(access), by=cast.member, now=SOON)


def test_an_objection_after_no_contact_does_not_ask_another_lead():
    cast = a_cast()
    access = answered(cast, first="objects")
    lead_decides(access, "no_contact", cast)
    other = access.liaisons.get(hold__source=cast.other_source)
    source_actions.answer(other, answer="objects", family="content", by=cast.member, now=SOON)
    assert (again(access).state, again(access).lead_decision) == (
        states.BEING_BROKERED,
        "no_contact",
    )
    assert not policies.is_news_to_lead(again(access))


def test_a_claim_that_was_let_go_again_is_no_news_to_a_lead_who_decided_against_contact():
    cast = a_cast()
    access = answered(cast, first="objects")
    lead_decides(access, "no_contact", cast)
    (hold,) = shielded_for(number=access.record.number_in_clear(), now=SOON)
    assert policies.is_news_to_lead(again(access))
    let_go(hold, now=SOON)
    assert not policies.is_news_to_lead(again(access))


# --- A claim that was phoned in ------------------------------------------------------------------
def test_who_confirms_a_phoned_claim_and_answers_has_said_it_themself():
    cast, access, _, claim = asked_of_a_service(lambda cast: cast.source)
    confirms(claim, cast.source)
    say(access, cast.source, "will_contact")
    outcome = desk_actions.conclude(
        again(access), outcome="source_will_contact", granted_until=UNTIL, by=cast.member, now=ASKED
    )
    liaison = Liaison.objects.get(access=access)
    assert source_policies.offer_was_taken(liaison)
    assert source_policies.may_contact(liaison, outcome.publish_at)


def test_what_a_service_said_does_not_bind_who_confirms_afterwards():
    cast, access, liaison, claim = asked_of_a_service(lambda cast: cast.source)
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=cast.member, now=ASKED
    )
    assert policies.missing_for(again(access), "put_in_touch", ASKED) == ""
    confirms(claim, cast.source)
    assert "not been asked" in policies.missing_for(again(access), "put_in_touch", ASKED)
    (anew,) = desk_actions.ask_sources(again(access), by=cast.member, now=SOON)
    assert (anew.reference, anew.answer, anew.asked_of) == (liaison.reference, "", cast.source)
    assert "not answered" in policies.missing_for(again(access), "put_in_touch", SOON)
    say(access, cast.source, "give_contact", now=SOON)
    assert policies.missing_for(again(access), "put_in_touch", SOON) == ""


def test_what_is_recorded_of_a_service_s_word_is_not_of_who_confirmed_meanwhile():
    cast, access, liaison, claim = asked_of_a_service(lambda cast: cast.source)
    confirms(claim, cast.source)
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=cast.member, now=ASKED
    )
    assert "not been asked" in policies.missing_for(again(access), "put_in_touch", ASKED)


def test_no_outcome_rests_on_the_requesters_own_claim():
    cast, access, liaison, claim = asked_of_a_service(lambda cast: cast.requester)
    source_actions.answer(
        liaison, answer="give_contact", family="content", by=cast.member, now=ASKED
    )
    confirms(claim, cast.requester)
    missing = policies.missing_for(again(access), "viewed", ASKED)
    assert missing == "No practitioner agreed: ask the IW lead."
    assert not policies.to_ask(again(access)).exists()


# --- Left out only for as long as there is a reason ----------------------------------------------
def test_who_stood_in_as_line_manager_is_asked_once_they_do_no_more():
    cast = a_cast()
    first, acting = (a_practitioner(service=cast.manager.service) for _ in range(2))
    a_practitioner(service=acting.service, manager=acting)
    number = a_number()
    shielded_for(first, cast.other_source, number=number, now=NOW)
    access = asking(cast, number=number)
    directory.set_line_manager(cast.requester, acting, by=cast.colleague, now=ASKED)
    hand_overs.hand_over(first, to=acting, by=cast.colleague, now=ASKED)
    assert list(policies.to_ask(again(access))) == []
    directory.set_line_manager(cast.requester, cast.manager, by=cast.colleague, now=ASKED)
    assert acting.pk not in parts.people_of(again(access))
    say(access, cast.other_source, "will_contact")
    assert "not been asked" in policies.missing_for(again(access), "source_will_contact", ASKED)
    desk_actions.ask_sources(again(access), by=cast.member, now=SOON)
    say(access, acting, "objects", now=SOON)
    assert again(access).state == states.WITH_LEAD


# --- Nothing is disclosed on the word of who is not there ----------------------------------------
def test_the_yes_of_a_suspended_source_is_no_ground_for_an_outcome():
    cast = a_cast()
    access = answered(cast)
    suspending.suspend(fresh(cast.source), by=cast.colleague, now=ASKED)
    missing = policies.missing_for(again(access), "source_will_contact", ASKED)
    assert missing == "No practitioner said that they will."


def test_a_claim_that_cannot_be_asked_makes_an_earlier_go_ahead_void():
    cast, number = a_cast(), a_number()
    access = agreed(cast, number=number)
    lead_decides(access, "go_ahead", cast)
    assert policies.missing_for(again(access), "viewed", ASKED) == ""
    shielded_for(cast.manager, number=number, now=ASKED + DAY)
    assert not policies.to_ask(again(access)).exists()
    missing = policies.missing_for(again(access), "viewed", ASKED + DAY)
    assert "added since the lead decided" in missing


def test_no_source_is_asked_for_somebody_who_has_gone():
    cast = a_cast()
    access = agreed(cast)
    suspending.suspend(fresh(cast.requester), by=cast.colleague, now=ASKED)
    with pytest.raises(WrongState, match="nobody_to_tell"):
        desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    assert not access.liaisons.exists()


def test_nobody_is_contacted_before_the_outcome_is_read():
    cast = a_cast()
    access = concluded(cast)
    liaison = access.liaisons.get(hold__source=cast.source)
    just_before = access.publish_at - timedelta(microseconds=1)
    assert not source_policies.may_contact(liaison, just_before)
    assert source_policies.may_contact(liaison, access.publish_at)
    assert source_policies.may_stop(liaison, just_before)
