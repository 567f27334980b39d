"""No source who asks is passed over, and neither silence nor asking again undoes an objection."""

from datetime import timedelta

import pytest

from brokerage import policies, source_policies, states
from brokerage.desk import actions as desk_actions
from brokerage.desk.forms import AskLeadForm, StopForm, offered
from brokerage.source import actions as source_actions
from shielding.accounts.models import User
from shielding.web.refusals import NotAllowed, WrongState
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
from tests.support.shielded_records import shielded_for

pytestmark = pytest.mark.django_db


def test_a_claim_that_went_by_the_manager_is_heard_when_a_colleague_has_it():
    """The manager has a part and is left out; whoever takes the claim from them has none."""
    cast = a_cast()
    first, later = (
        a_practitioner(service=cast.manager.service, manager=cast.manager) for _ in range(2)
    )
    number = a_number()
    shielded_for(first, cast.other_source, number=number, now=NOW)
    access = agreed(cast, number=number)
    desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    hand_overs.hand_over(first, to=cast.manager, by=cast.colleague, now=ASKED)
    manager = User.objects.get(pk=cast.manager.pk)
    assert again(access).liaisons.filter(answer="left_out").exists()
    hand_overs.hand_over(manager, to=later, by=cast.colleague, now=ASKED)
    say(access, cast.other_source, "will_contact")
    assert "not answered" in policies.missing_for(again(access), "source_will_contact", ASKED)
    say(access, later, "objects")
    assert again(access).state == states.WITH_LEAD


def an_objection_then_silence():
    """Ask again a day after an objection, while the source who objected is away."""
    cast = a_cast()
    number, _ = shielded(cast)
    first = asking(cast, number=number)
    say(first, cast.source, "objects")
    desk_actions.conclude(again(first), outcome="declined", by=cast.member, now=ASKED)
    second = asking(cast, number=number, now=ASKED + DAY)
    say(second, cast.other_source, "will_contact", now=ASKED + DAY)
    return cast, second


def test_silence_takes_no_objection_to_an_earlier_request_back():
    cast, access = an_objection_then_silence()
    silent = access.liaisons.get(hold__source=cast.source)
    source_actions.answer(silent, answer="no_answer", by=cast.member, now=ASKED + 4 * DAY)
    assert "objects" in policies.missing_for(again(access), "source_will_contact", ASKED)
    lead = desk_actions.ask_lead(again(access), by=cast.member, now=ASKED + 4 * DAY)
    desk_actions.decide_as_lead(
        lead, decision="go_ahead", reason="duty", by=cast.lead, now=ASKED + 4 * DAY
    )
    assert policies.missing_for(again(access), "source_will_contact", ASKED) == ""


def test_who_objected_may_agree_another_time():
    cast, access = an_objection_then_silence()
    say(access, cast.source, "give_contact", now=ASKED + DAY)
    assert policies.missing_for(again(access), "put_in_touch", ASKED) == ""


def test_an_objection_to_one_requester_says_nothing_of_another():
    cast = a_cast()
    number, _ = shielded(cast)
    say(asking(cast, number=number), cast.source, "objects")
    cast.requester = a_practitioner(service=cast.manager.service, manager=cast.manager)
    other = asking(cast, number=number)
    silent = other.liaisons.get(hold__source=cast.source)
    say(other, cast.other_source, "will_contact")
    source_actions.answer(silent, answer="no_answer", by=cast.member, now=ASKED + 4 * DAY)
    assert policies.missing_for(again(other), "source_will_contact", ASKED) == ""


def test_after_no_contact_a_lead_is_asked_again_only_about_something_new():
    cast = a_cast()
    access = answered(cast, first="objects")
    desk_actions.decide_as_lead(
        access, decision="no_contact", reason="safety", by=cast.lead, now=ASKED
    )
    soon = ASKED + timedelta(minutes=1)
    with pytest.raises(WrongState, match="lead_decided"):
        desk_actions.ask_lead(again(access), by=cast.member, now=soon)
    assert AskLeadForm not in offered(cast.member, again(access), soon)
    joined = a_practitioner()
    shielded_for(joined, number=access.record.number_in_clear(), now=ASKED + 2 * DAY)
    desk_actions.ask_sources(again(access), by=cast.member, now=ASKED + 2 * DAY)
    assert AskLeadForm in offered(cast.member, again(access), ASKED + 2 * DAY)
    desk_actions.ask_lead(again(access), by=cast.member, now=ASKED + 2 * DAY)
    assert again(access).state == states.WITH_LEAD


@pytest.mark.parametrize("who", ["lead", "colleague"])
def test_any_member_may_stop_a_contact(who):
    """To stop protects: not even a lead with a part in it, or a new password, stands against."""
    cast = a_cast()
    access = concluded(cast)
    member = getattr(cast, who)
    User.objects.filter(pk=member.pk).update(second_person_from=ASKED + 2 * DAY)
    member.refresh_from_db()
    assert StopForm in offered(member, again(access), ASKED + DAY)
    source_actions.stop_contact(again(access), by=member, now=ASKED + DAY)
    assert not source_policies.is_granted(again(access), ASKED + DAY)


def test_nobody_else_may_stop_it():
    cast = a_cast()
    access = concluded(cast)
    for person in (cast.requester, cast.manager):
        with pytest.raises(NotAllowed):
            source_actions.stop_contact(again(access), by=person, now=ASKED)
    assert again(access).granted_until == UNTIL
