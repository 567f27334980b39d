"""A contact that runs, and somebody who asks for the shield after it was agreed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from shielding import clock
from tests.brokerage.source.support.heard import fresh
from tests.brokerage.support.cast import a_cast, again, asking, say, sent
from tests.brokerage.support.desk import DESK, days_ago, page_of, recent, references, send, to_stop
from tests.brokerage.support.todays_requests import a_deputy
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.requests import a_number
from tests.support.shielded_records import let_go, place, shielded_for
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
TILE = "Contacts to stop"
WARNING = "Somebody asks for this record to be shielded who was not asked about this contact"


def a_contact(cast):
    """Return a contact that was agreed some hours ago, by both sources, and runs."""
    access = recent(cast, asking)
    say(access, cast.source, "will_contact", now=days_ago(0.08))
    say(access, cast.other_source, "give_contact", now=days_ago(0.08))
    return conclude(access, cast)


def conclude(access, cast):
    return desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=clock.today(timezone.now()) + timedelta(days=20),
        by=cast.member,
        now=days_ago(0.07),
    )


def listed(browser):
    return references(browser.get(DESK, {"tab": "to_stop"}))


def at_home(browser):
    """Return how many wait at home: where there are none there is no tile."""
    waiting = browser.get("/").context["waiting"]
    return sum(one.number for one in (*waiting.mine, *waiting.colleagues) if one.label == TILE)


def test_whoever_asks_for_the_shield_later_was_not_heard_so_the_contact_is_to_be_stopped():
    cast = a_cast()
    access, browser = a_contact(cast), at_desk(cast.colleague)
    assert (listed(browser), at_home(browser)) == ([], 0)
    assert WARNING not in main(browser.get(page_of(access)))
    with undone():
        shielded_for(number=access.record.number_in_clear(), now=timezone.now())
        assert listed(browser) == [access.reference]
        assert WARNING in main(browser.get(page_of(access)))
    place(access.record, now=timezone.now())
    assert listed(browser) == [access.reference]
    assert "A practitioner was not asked" in main(browser.get(DESK, {"tab": "contacts"}))
    assert WARNING in main(browser.get(page_of(access)))
    assert at_home(browser) == 1
    send(browser, access, "stop", stop="on")
    assert listed(browser) == []
    assert WARNING not in main(browser.get(page_of(access)))


def test_who_was_decided_between_the_question_and_the_outcome_is_no_reason():
    """Their claim stood undecided, and nothing could be concluded before they were asked."""
    cast = a_cast()
    access = recent(cast, asking)
    shielded_for(number=access.record.number_in_clear(), now=days_ago(0.09))
    desk_actions.ask_sources(again(access), by=cast.member, now=days_ago(0.09))
    for liaison in access.liaisons.select_related("hold__source"):
        say(access, liaison.hold.source, "will_contact", now=days_ago(0.08))
    access = desk_actions.conclude(
        again(access),
        outcome="source_will_contact",
        granted_until=clock.today(timezone.now()) + timedelta(days=20),
        by=cast.member,
        now=days_ago(0.07),
    )
    assert to_stop() == []


def test_neither_who_let_go_again_nor_a_claim_on_another_record_is_a_reason():
    cast = a_cast()
    access = a_contact(cast)
    shielded_for(number=a_number(), now=timezone.now())
    assert to_stop() == []
    (hold,) = shielded_for(number=access.record.number_in_clear(), now=timezone.now())
    assert to_stop() == [access.reference]
    let_go(hold, now=timezone.now())
    assert to_stop() == []


def test_the_page_of_a_record_shows_whoever_decides_there_that_a_contact_runs():
    cast = a_cast()
    access, browser = a_contact(cast), at_desk(cast.colleague)
    page = browser.get(f"/records/{access.record.reference}/")
    assert "1 access request open, or with a contact that runs" in main(page)
    assert references(page) == [access.reference]
    send(browser, access, "stop", stop="on")
    page = browser.get(f"/records/{access.record.reference}/")
    assert "with a contact that runs" not in main(page)


@pytest.mark.parametrize("agrees", ["manager", "deputy"])
@pytest.mark.parametrize("whose", ["requester", "manager", "deputy"])
def test_who_has_a_part_was_not_to_be_asked_but_whoever_asks_since_is_heard_of(whose, agrees):
    cast, number = a_cast(), a_number()
    deputy, _ = a_deputy(cast.manager, first=clock.today(days_ago(9)), days=30, now=days_ago(10))
    people = {"requester": cast.requester, "manager": cast.manager, "deputy": deputy}
    before, since = people[whose], people["requester" if whose == "manager" else "manager"]
    shielded_for(cast.source, before, number=number, now=days_ago(8))
    access = manager_actions.agree(
        recent(cast, sent, number=number), by=people[agrees], now=days_ago(0.09)
    )
    asked = desk_actions.ask_sources(access, by=cast.member, now=days_ago(0.09))
    for one in asked:
        say(again(access), one.hold.source, "will_contact", now=days_ago(0.08))
    conclude(access, cast)
    assert len(asked) == (2 if (whose, agrees) == ("deputy", "manager") else 1)
    assert to_stop() == []
    shielded_for(since, number=number, now=timezone.now())
    assert to_stop() == [access.reference]


def test_whoever_is_given_a_claim_that_was_left_out_was_never_heard():
    cast, number = a_cast(), a_number()
    other = a_practitioner(service=cast.manager.service)
    shielded_for(cast.source, other, number=number, now=days_ago(8))
    access = recent(cast, asking, number=number)

    def goes(one, to, days):
        hand_overs.hand_over(fresh(one), to=fresh(to), by=cast.colleague, now=days_ago(days))

    goes(other, cast.manager, 0.09)
    say(again(access), cast.source, "will_contact", now=days_ago(0.08))
    conclude(access, cast)
    assert to_stop() == []
    goes(cast.manager, a_practitioner(service=cast.manager.service), 0.06)
    assert to_stop() == [access.reference]
