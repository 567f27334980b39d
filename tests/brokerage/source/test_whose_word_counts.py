"""Whose word an outcome rests on, who is still to be asked, and who sees the question."""

from datetime import timedelta

import pytest
from django.urls import reverse

from brokerage import policies
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from shielding import clock
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import User
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    UNTIL,
    a_cast,
    again,
    asking,
    say,
    sent,
    shielded,
)
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.requests import a_number
from tests.support.shielded_records import let_go, place, shielded_for

pytestmark = pytest.mark.django_db


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def test_an_offer_to_another_requester_is_none_to_this_one():
    cast, other = a_cast(), a_cast()
    number, _ = shielded(cast)
    one, two, later = asking(cast, number=number), asking(other, number=number), ASKED + 2 * DAY
    say(one, cast.source, "will_contact")
    say(one, cast.other_source, "give_contact")
    for liaison in two.liaisons.all():
        source_actions.answer(liaison, answer="no_answer", by=other.member, now=later)
    desk_actions.ask_lead(again(two), by=other.member, now=later)
    desk_actions.decide_as_lead(
        again(two), decision="go_ahead", reason="duty", by=other.lead, now=later
    )
    assert policies.missing_for(again(one), "put_in_touch", later) == ""
    assert "No practitioner said" in policies.missing_for(again(two), "source_will_contact", later)
    assert "No practitioner agreed" in policies.missing_for(again(two), "put_in_touch", later)


def test_a_yes_to_another_requester_takes_no_objection_to_this_one_back():
    cast, other = a_cast(), a_cast()
    number, _ = shielded(cast)
    one, later = asking(cast, number=number), ASKED + 3 * DAY
    say(one, cast.source, "objects")
    desk_actions.conclude(again(one), outcome="declined", by=cast.member, now=ASKED)
    two, three = asking(cast, number=number), asking(other, number=number)
    say(two, cast.other_source, "give_contact", now=later)
    silent = two.liaisons.get(hold__source=cast.source)
    source_actions.answer(silent, answer="no_answer", by=cast.member, now=later)
    say(three, cast.source, "give_contact", now=later)
    assert "objects" in policies.missing_for(again(two), "put_in_touch", later)


def test_a_colleague_s_yes_takes_no_objection_back_when_it_is_asked_again():
    """Withdrawn, handed over, sent again: no lead has heard of the objection yet."""
    cast, later = a_cast(), ASKED + timedelta(hours=1)
    number, _ = shielded(cast)
    one = asking(cast, number=number)
    say(one, cast.source, "objects")
    requester_actions.withdraw(again(one), by=cast.requester, now=ASKED)
    heir = a_practitioner(service=cast.source.service)
    hand_overs.hand_over(fresh(cast.source), to=heir, by=cast.colleague, now=ASKED)
    two = asking(cast, number=number, now=later)
    for source in (heir, cast.other_source):
        say(two, source, "give_contact", now=later)
    assert "objects" in policies.missing_for(again(two), "put_in_touch", later)
    desk_actions.ask_lead(again(two), by=cast.member, now=later)
    desk_actions.decide_as_lead(
        again(two), decision="go_ahead", reason="safe_way", by=cast.lead, now=later
    )
    assert policies.missing_for(again(two), "put_in_touch", later) == ""


def test_an_objection_ends_with_the_claim_it_was_made_for():
    cast = a_cast()
    number, (hold, _) = shielded(cast)
    one = asking(cast, number=number)
    say(one, cast.source, "objects")
    desk_actions.conclude(again(one), outcome="declined", by=cast.member, now=ASKED)
    let_go(hold, now=ASKED)
    two = asking(cast, number=number)
    say(two, cast.other_source, "give_contact")
    assert policies.missing_for(again(two), "put_in_touch", ASKED) == ""


def test_nobody_is_asked_whose_request_to_shield_is_not_decided():
    cast = a_cast()
    access = asking(cast)
    place(access.record, now=ASKED)
    assert not policies.to_ask(again(access)).exists()
    assert "not decided" in policies.missing_for(again(access), "put_in_touch", ASKED)


def test_an_objection_stands_whoever_has_the_claim_and_is_not_asked_about_anew():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    heir = a_practitioner(service=cast.source.service)
    hand_overs.hand_over(fresh(cast.source), to=heir, by=cast.colleague, now=ASKED)
    assert access.liaisons.get(answer="objects").hold.source == heir
    assert not policies.to_ask(again(access)).exists()


def no_contact(cast, number):
    """Ask as this cast's requester; a lead decides against contact, and it is declined."""
    access = asking(cast, number=number)
    say(access, cast.source, "objects")
    desk_actions.decide_as_lead(
        again(access), decision="no_contact", reason="safety", by=cast.lead, now=ASKED
    )
    desk_actions.conclude(again(access), outcome="declined", by=cast.member, now=ASKED)
    return again(access)


def test_no_contact_stands_for_one_requester_and_one_record():
    cast, other = a_cast(), a_cast()
    number, _ = shielded(cast)
    no_contact(cast, number)
    for whose, about in ((other, number), (cast, shielded(cast)[0])):
        access = asking(whose, number=about)
        for source in (cast.source, cast.other_source):
            say(access, source, "give_contact")
        assert policies.missing_for(again(access), "put_in_touch", ASKED) == ""


def test_a_claim_on_another_record_is_no_news_to_a_lead():
    cast = a_cast()
    access = no_contact(cast, shielded(cast)[0])
    shielded(cast, now=ASKED + DAY)
    assert not policies.is_news_to_lead(access)


@pytest.mark.behind_the_acts("a source who came to have another part, which the acts keep apart")
def test_no_outcome_rests_on_who_has_another_part():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "will_contact")
    say(access, cast.other_source, "give_contact")
    assert policies.missing_for(again(access), "source_will_contact", ASKED) == ""
    access.participations.create(person=cast.source, part="reader", since=ASKED)
    missing = policies.missing_for(again(access), "source_will_contact", ASKED)
    assert "No practitioner said" in missing


def test_a_line_manager_who_takes_a_claim_over_afterwards_is_not_shown_the_question(client):
    """Their deputy agreed, so no row of a part keeps them away, and nothing is asked any more."""
    cast = a_cast()
    deputy = a_practitioner(service=cast.manager.service)
    a_practitioner(service=deputy.service, manager=deputy)
    today = clock.today(ASKED)
    deputy_actions.name_deputy(
        cast.manager,
        deputy,
        first_day=today,
        last_day=today + timedelta(days=5),
        by=cast.manager,
        now=ASKED,
    )
    source, number = a_practitioner(service=deputy.service, manager=cast.manager), a_number()
    shielded_for(source, number=number)
    access = manager_actions.agree(sent(cast, number=number), by=deputy, now=ASKED)
    desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    say(access, source, "will_contact")
    desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=UNTIL,
        by=cast.member,
        now=ASKED,
    )
    liaison = access.liaisons.get()
    hand_overs.hand_over(fresh(source), to=fresh(cast.manager), by=cast.colleague, now=ASKED)
    liaison.refresh_from_db()
    assert liaison.hold.source == cast.manager
    assert not Liaison.objects.visible_to(fresh(cast.manager)).exists()
    client.force_login(fresh(cast.manager))
    page = reverse("liaison_detail", args=[liaison.reference])
    assert client.get(page).status_code == 404
