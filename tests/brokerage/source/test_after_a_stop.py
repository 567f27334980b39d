"""A contact that was stopped: what its sources said before is a word for no other contact."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage import policies
from brokerage.desk import actions as desk_actions
from brokerage.source import actions as source_actions
from shielding import clock
from tests.brokerage.source.support.contacts import contacts
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, asking, concluded, say, shielded
from tests.brokerage.support.desk import DESK, days_ago, page_of, recent, references
from tests.requests_app.support.desk import at_desk, main
from tests.support.shielded_records import let_go

pytestmark = pytest.mark.django_db
SOON = ASKED + timedelta(minutes=1)
LATER = ASKED + 4 * DAY


def asked_twice(cast, other=None):
    """Return two requests about one record, agreed to by both sources; by two people if told."""
    number, _ = shielded(cast)
    both = asking(cast, number=number), asking(other or cast, number=number)
    for place, access in enumerate(both):
        said_at = ASKED + timedelta(seconds=place)
        say(access, cast.source, "will_contact", now=said_at)
        say(access, cast.other_source, "give_contact", now=said_at)
    return both


def stopped(access, *, by, cast):
    """Conclude, then stop, as the source who offered it or as a member of the IW Team."""
    until = access.needed_until
    desk_actions.conclude(
        again(access), outcome="source_will_contact", granted_until=until, by=cast.member, now=ASKED
    )
    return source_actions.stop_contact(again(access), by=getattr(cast, by), now=SOON)


def missing(access, now=LATER, outcome="put_in_touch"):
    return policies.missing_for(again(access), outcome, now)


@pytest.mark.parametrize("by", ["source", "member"])
def test_a_yes_of_before_a_stop_is_none_to_another_request(by):
    cast = a_cast()
    one, two = asked_twice(cast)
    assert missing(two, ASKED) == ""
    stopped(one, by=by, cast=cast)
    assert "was stopped" in missing(two)
    assert "was stopped" in missing(two, outcome="source_will_contact")
    desk_actions.ask_lead(again(two), by=cast.member, now=LATER)
    desk_actions.decide_as_lead(
        again(two), decision="go_ahead", reason="safe_way", by=cast.lead, now=LATER
    )
    assert missing(two) == ""


def test_a_lead_who_went_ahead_before_the_stop_did_not_know_of_it():
    cast = a_cast()
    one, two = asked_twice(cast)
    desk_actions.ask_lead(again(two), by=cast.member, now=ASKED)
    desk_actions.decide_as_lead(
        again(two), decision="go_ahead", reason="duty", by=cast.lead, now=ASKED
    )
    assert missing(two, ASKED) == ""
    stopped(one, by="source", cast=cast)
    assert "was stopped" in missing(two)


def extension(cast, one, **answers):
    """Ask for more time after a stop; a source who answers nothing is recorded silent."""
    number = one.record.number_in_clear()
    two = asking(cast, number=number, now=ASKED + DAY)
    for name in ("source", "other_source"):
        source = getattr(cast, name)
        if name in answers:
            say(two, source, answers[name], now=LATER)
        else:
            liaison = two.liaisons.get(hold__source=source)
            source_actions.answer(liaison, answer="no_answer", by=cast.member, now=LATER)
    return two


def test_silence_after_a_stop_is_for_the_lead_and_a_yes_of_everybody_is_enough():
    cast = a_cast()
    one = concluded(cast)
    source_actions.stop_contact(one, by=cast.source, now=SOON)
    silent = extension(cast, one, other_source="give_contact")
    assert "was stopped" in missing(silent)
    agreed = extension(cast, one, source="will_contact", other_source="give_contact")
    assert missing(agreed) == ""


def test_a_stop_is_of_one_requester_and_of_claims_that_stand():
    cast, other = a_cast(), a_cast()
    one, two = asked_twice(cast, other)
    stopped(one, by="source", cast=cast)
    assert missing(two) == ""
    again_asked = extension(cast, one, other_source="give_contact")
    assert "was stopped" in missing(again_asked)
    let_go(one.liaisons.get(hold__source=cast.source).hold, now=LATER)
    assert missing(again_asked) == ""


def test_a_second_contact_of_the_same_person_is_to_be_stopped_too():
    cast, other = a_cast(), a_cast()
    one, two, others = contacts(cast, cast, cast, other)
    (elsewhere,) = contacts(cast, cast)
    browser = at_desk(cast.member)
    assert references(browser.get(DESK, {"tab": "to_stop"})) == []
    source_actions.stop_contact(one, by=cast.source, now=timezone.now())
    page = browser.get(DESK, {"tab": "to_stop"})
    assert references(page) == [two.reference]
    assert "Another was stopped" in main(page)
    warning = "Another contact of this requester about this record was stopped"
    shown = [
        warning in main(browser.get(page_of(access))) for access in (one, two, others, elsewhere)
    ]
    assert shown == [False, True, False, False]


def test_a_contact_that_was_agreed_after_the_stop_is_not_to_be_stopped_for_it():
    cast = a_cast()
    (one,) = contacts(cast, cast)
    source_actions.stop_contact(one, by=cast.source, now=days_ago(0.06))
    two = recent(cast, asking, number=one.record.number_in_clear())
    for source in (cast.source, cast.other_source):
        say(two, source, "will_contact", now=days_ago(0.05))
    until = clock.today(timezone.now()) + 20 * DAY
    desk_actions.conclude(
        again(two),
        outcome="source_will_contact",
        granted_until=until,
        by=cast.member,
        now=days_ago(0.04),
    )
    browser = at_desk(cast.member)
    assert references(browser.get(DESK, {"tab": "contacts"})) == [two.reference]
    assert references(browser.get(DESK, {"tab": "to_stop"})) == []


@pytest.mark.parametrize("by", ["same", "other"])
def test_the_desk_reads_of_a_stop_before_it_asks_again(by):
    cast, other = a_cast(), a_cast()
    (one,) = contacts(cast, cast)
    number = one.record.number_in_clear()
    two = recent(cast if by == "same" else other, number=number)
    browser = at_desk(cast.colleague)
    words = "A contact about this record was stopped on"
    assert words not in main(browser.get(page_of(two)))
    source_actions.stop_contact(one, by=cast.source, now=timezone.now())
    assert words in main(browser.get(page_of(two)))
