"""A claim that goes to a colleague while an access request is brokered: what was said by whom."""

from datetime import timedelta

import pytest
from django.urls import reverse

from brokerage import policies, source_policies, states
from brokerage.desk import actions as desk_actions
from brokerage.desk import forms
from brokerage.source import actions as source_actions
from brokerage.source import presenters
from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.notices.models import Notice
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.heard import (
    asked_of_a_service,
    confirms,
    fresh,
    lead_decides,
    silent,
)
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, asking, say
from tests.brokerage.support.family import CONTENT
from tests.requests_app.support.desk import main
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SOON, LATER = ASKED + MINUTE, ASKED + 4 * DAY


def heir_of(person, cast, *, to=None, now=SOON):
    to = to or a_practitioner(service=person.service)
    hand_overs.hand_over(fresh(person), to=to, by=cast.colleague, now=now)
    return to


def overruled(cast, offer="will_contact"):
    """Return a request to which one source objects and one agrees; the lead goes ahead."""
    access = asking(cast)
    say(access, cast.source, "objects")
    say(access, cast.other_source, offer)
    lead_decides(access, "go_ahead", cast)
    assert missing(access) == ""
    return again(access)


def missing(access, outcome="source_will_contact", now=LATER):
    return policies.missing_for(again(access), outcome, now)


def of(access, person):
    return again(access).liaisons.get(hold__source=person)


def answers(access):
    """Return how often an answer was recorded for a request."""
    return Entry.objects.filter(event="contact_answered", reference=access.reference).count()


def asked(person):
    return Notice.objects.owed().filter(kind="contact_asked", recipient=person).count()


def test_a_go_ahead_did_not_know_of_a_colleague_who_is_asked_anew():
    cast = a_cast()
    access = overruled(cast)
    heir = heir_of(cast.other_source, cast)
    silent(access, heir, cast, now=LATER)
    assert again(access).lead_decision == ""
    assert "ask the IW lead" in missing(access, "viewed")
    lead_decides(access, "go_ahead", cast)
    assert missing(access, "viewed") == ""


def test_a_go_ahead_did_not_know_of_who_has_the_objection_now():
    cast = a_cast()
    access = overruled(cast)
    heir = heir_of(cast.source, cast)
    assert "ask the IW lead" in missing(access)
    assert (asked(heir), again(access).changed_at) == (1, SOON)
    assert of(access, heir).answer == "objects"


def test_a_hand_over_changes_nothing_of_no_contact():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    lead_decides(access, "no_contact", cast)
    heir = heir_of(cast.source, cast)
    assert again(access).lead_decision == "no_contact"
    say(access, heir, "objects", now=SOON + MINUTE)
    assert again(access).state == states.BEING_BROKERED


def test_a_hand_over_of_other_claims_and_of_a_request_at_its_end_leaves_a_go_ahead():
    cast = a_cast()
    access, ended = overruled(cast), overruled(cast)
    desk_actions.conclude(ended, outcome="declined", by=cast.member, now=ASKED)
    other = a_cast()
    asking(other)
    heir_of(other.source, cast)
    assert again(access).lead_decision == "go_ahead"
    heir_of(cast.source, cast)
    assert [again(one).lead_decision for one in (ended, access)] == ["go_ahead", ""]


@pytest.mark.parametrize("how", ["page", "phone"])
def test_who_took_an_overruled_objection_over_may_object_as_well_and_once(how):
    cast = a_cast()
    access = overruled(cast)
    heir = heir_of(cast.source, cast)
    lead_decides(access, "go_ahead", cast, now=SOON)
    assert missing(access) == ""
    liaison, by = of(access, heir), heir if how == "page" else cast.member
    assert source_policies.was_anothers(liaison)
    for _twice in range(2):
        source_actions.answer(liaison, answer="objects", family="content", by=by, now=LATER)
    assert (again(access).state, answers(access)) == (states.WITH_LEAD, 3)
    assert not source_policies.was_anothers(of(access, heir))
    assert of(access, heir).asked_of == heir


@pytest.mark.parametrize("how", ["page", "phone"])
def test_who_objected_may_object_again_once_a_lead_went_ahead(how):
    cast = a_cast()
    access = overruled(cast)
    by = cast.source if how == "page" else cast.member
    for _twice in range(2):
        source_actions.answer(
            of(access, cast.source), answer="objects", family="content", by=by, now=SOON
        )
    assert (again(access).state, answers(access)) == (states.WITH_LEAD, 3)
    assert again(access).lead_decision == ""
    lead_decides(access, "go_ahead", cast, now=SOON)
    with pytest.raises(WrongState):
        source_actions.answer(
            of(access, cast.source), answer="give_contact", family="content", by=by, now=LATER
        )


def test_an_objection_that_no_lead_has_overruled_is_found_made():
    cast = a_cast()
    access = asking(cast)
    for _twice in range(2):
        say(access, cast.source, "objects")
    assert answers(access) == 1
    lead_decides(access, "no_contact", cast)
    say(access, cast.source, "objects", now=SOON)
    assert (answers(access), again(access).state) == (1, states.BEING_BROKERED)


def test_an_objection_of_today_is_not_recorded_by_phone_beside_it():
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    assert forms.answers_left(of(access, cast.source), LATER) == []
    with pytest.raises(WrongState):
        source_actions.answer(
            of(access, cast.source), answer="objects", family="content", by=cast.member, now=LATER
        )
    heir = heir_of(cast.source, cast)
    assert forms.answers_left(of(access, heir), LATER) == ["objects"]


def test_what_the_leaver_said_by_phone_is_not_recorded_for_their_colleague():
    cast = a_cast()
    access = overruled(cast)
    read = of(access, cast.source)
    heir_of(cast.source, cast)
    with pytest.raises(WrongState):
        desk_actions.answer_on_word(
            read,
            answer="objects",
            family="content",
            asked_at=read.asked_at,
            by=cast.member,
            now=LATER,
        )


def test_a_claim_that_goes_on_again_is_the_third_source_s_to_object_to():
    cast = a_cast()
    access = overruled(cast)
    second = a_practitioner(service=cast.source.service)
    access.participations.create(person=second, part="reader", since=ASKED)
    heir_of(cast.source, cast, to=second)
    assert (asked(second), policies.may_answer(second, of(access, second), SOON)) == (0, False)
    lead_decides(access, "go_ahead", cast, now=SOON)
    third = heir_of(second, cast, now=SOON + MINUTE)
    assert (asked(third), again(access).lead_decision) == (1, "")


def test_an_objection_of_a_service_is_not_shown_as_the_own_of_who_has_the_claim_now():
    cast, access, liaison, claim = asked_of_a_service(lambda cast: cast.source)
    source_actions.answer(liaison, answer="objects", family="content", by=cast.member, now=ASKED)
    confirms(claim, cast.source)
    heir = heir_of(cast.source, cast)
    status = presenters.status(of(access, heir), runs=False, now=SOON)
    assert status == presenters.OBJECTED_BEFORE_YOU
    assert presenters.object_words(status) == "Object as well"


@pytest.mark.parametrize("decision", ["", "no_contact", "go_ahead"])
@pytest.mark.parametrize("how", ["page", "phone"])
def test_to_object_again_is_saved_whatever_a_lead_decided(client, decision, how):
    cast = a_cast()
    access = asking(cast)
    by = cast.source if how == "page" else cast.colleague
    source_actions.answer(
        of(access, cast.source), answer="objects", family="content", by=by, now=ASKED
    )
    if decision:
        lead_decides(access, decision, cast)
    client.force_login(cast.source)
    address = reverse("liaison_object", args=[of(access, cast.source).reference])
    assert "Saved" in main(client.post(address, CONTENT, follow=True))


def test_who_became_the_requester_s_line_manager_is_asked_nothing(client):
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    heir = a_practitioner(service=cast.source.service)
    a_practitioner(service=heir.service, manager=heir)
    directory.set_line_manager(fresh(cast.requester), heir, by=cast.colleague, now=ASKED)
    heir_of(cast.source, cast, to=heir)
    assert asked(heir) == 0
    assert not policies.may_answer(fresh(heir), of(access, heir), SOON)
    client.force_login(heir)
    address = reverse("liaison_detail", args=[of(access, heir).reference])
    assert client.get(address).status_code == 404


def test_what_was_said_until_the_end_is_not_the_own_word_of_who_is_given_the_claim_after_it():
    cast = a_cast()
    access = overruled(cast)
    desk_actions.conclude(access, outcome="declined", by=cast.member, now=ASKED)
    heir = heir_of(cast.source, cast)
    liaison = of(access, heir)
    rows = presenters.facts(liaison, presenters.status(liaison, runs=False, now=SOON))
    assert "Answer of the practitioner before you" in [row.key for row in rows]


def test_who_was_left_out_has_nothing_to_be_recorded_by_phone():
    cast = a_cast()
    access = asking(cast)
    heir = a_practitioner(service=cast.source.service)
    access.participations.create(person=heir, part="reader", since=ASKED)
    heir_of(cast.source, cast, to=heir)
    assert forms.answers_left(of(access, heir), LATER) == []


def test_the_page_offers_to_object_again_whatever_a_lead_decided(client):
    cast = a_cast()
    access = asking(cast)
    say(access, cast.source, "objects")
    page = reverse("liaison_detail", args=[of(access, cast.source).reference])
    client.force_login(cast.source)
    before = main(client.get(page))
    assert "Object again, because something has changed" in before
    lead_decides(access, "go_ahead", cast)
    assert main(client.get(page)) == before
