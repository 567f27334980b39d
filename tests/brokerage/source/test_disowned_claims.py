"""A phoned claim of which its practitioner says "this was not me": what is said for it.

The shield stays. But somebody has put a name to a call that its bearer did not make, so nothing
that is said for the claim permits contact; an objection counts like any other.
"""

import pytest
from django.utils import timezone

from brokerage import policies, states
from brokerage.desk import actions as desk_actions
from brokerage.source import actions as source_actions
from requests_app.models import Request
from requests_app.practitioner import actions as requests
from shielding import clock
from shielding.web.refusals import WrongState
from tests.brokerage.source.support.heard import a_phoned_claim, asked_of_a_service
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, agreed
from tests.brokerage.support.desk import (
    CONFIRMED,
    DESK,
    days_ago,
    page_of,
    recent,
    record_answer,
    references,
)
from tests.brokerage.support.family import family_said
from tests.requests_app.support.desk import at_desk, main
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db
LATER = ASKED + 4 * DAY


def disown(claim, by, *, now=ASKED):
    requests.disown_phoned(Request.objects.get(pk=claim.pk), by=by, now=now)


def of_a_source():
    return asked_of_a_service(lambda cast: cast.source)


@pytest.mark.parametrize("said", ["will_contact", "give_contact"])
def test_it_carries_no_offer(said):
    cast, access, liaison, claim = of_a_source()
    disown(claim, cast.source)
    with pytest.raises(WrongState, match="disowned"):
        source_actions.answer(
            liaison, answer=said, family=family_said(said), by=cast.member, now=ASKED
        )
    assert "not answered" in policies.missing_for(again(access), "viewed", ASKED)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("will_contact", "source_will_contact"),
        ("give_contact", "put_in_touch"),
    ],
)
def test_an_offer_of_before_is_worth_nothing_any_more(said, outcome):
    cast, access, liaison, claim = of_a_source()
    source_actions.answer(liaison, answer=said, family=family_said(said), by=cast.member, now=ASKED)
    assert policies.missing_for(again(access), outcome, ASKED) == ""
    disown(claim, cast.source)
    assert "No practitioner" in policies.missing_for(again(access), outcome, ASKED)
    assert "ask the IW lead" in policies.missing_for(again(access), "viewed", ASKED)


def test_an_objection_for_it_goes_to_the_lead_and_silence_may_be_recorded():
    cast, access, liaison, claim = of_a_source()
    disown(claim, cast.source)
    source_actions.answer(liaison, answer="no_answer", by=cast.member, now=LATER)
    assert "ask the IW lead" in policies.missing_for(again(access), "viewed", LATER)
    source_actions.answer(liaison, answer="objects", family="content", by=cast.member, now=LATER)
    assert again(access).state == states.WITH_LEAD


def test_the_desk_says_so_and_offers_what_may_be_recorded():
    cast, number = a_cast(), a_number()
    claim = a_phoned_claim(cast, cast.source, number)
    access = recent(cast, agreed, number=number)
    (liaison,) = desk_actions.ask_sources(access, by=cast.member, now=days_ago(0.05))
    browser = at_desk(cast.member)
    page, offer = browser.get(page_of(access)), 'value="will_contact"'
    assert "By phone: somebody without an account, or who has not confirmed it yet" in main(page)
    assert offer in page.text
    disown(claim, cast.source, now=timezone.now())
    page = browser.get(page_of(access))
    text = main(page)
    assert "They say it was not them" in text
    assert "What counts An objection, or that nobody answers." in text
    assert offer not in page.text
    refused = record_answer(browser, liaison, answer="will_contact", **CONFIRMED)
    assert "said that this request is not theirs" in main(refused)


def test_a_contact_that_rests_on_it_is_to_be_stopped():
    cast, number = a_cast(), a_number()
    claim = a_phoned_claim(cast, cast.source, number)
    access = recent(cast, agreed, number=number)
    (liaison,) = desk_actions.ask_sources(access, by=cast.member, now=days_ago(0.05))
    source_actions.answer(
        liaison, answer="will_contact", family="content", by=cast.member, now=days_ago(0.04)
    )
    until = clock.today(timezone.now()) + 20 * DAY
    desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=until,
        by=cast.colleague,
        now=days_ago(0.03),
    )
    browser = at_desk(cast.member)
    assert references(browser.get(DESK, {"tab": "to_stop"})) == []
    disown(claim, cast.source, now=timezone.now())
    assert references(browser.get(DESK, {"tab": "to_stop"})) == [access.reference]
    text = main(browser.get(page_of(access)))
    assert "or says that the request was not theirs" in text
    assert "They may contact the requester" not in text
