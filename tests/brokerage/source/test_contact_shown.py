"""How a source reaches the requester: shown to the one who will contact them, while they may."""

from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from logbook.models import Entry
from shielding import clock
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.holds import letting_go
from shielding.web.refusals import NotAllowed, WrongState
from tests.brokerage.support.cast import a_cast, again
from tests.brokerage.support.todays_requests import (
    ago,
    answered,
    asked,
    at_a_desk,
    concluded,
    question,
)
from tests.requests_app.support.desk import main
from tests.support import hand_overs
from tests.support.people import a_practitioner
from tests.support.shielded_records import GONE
from tests.support.undone import undone

pytestmark = pytest.mark.django_db
PHONE = "01632 960 777"
EVENT = "requester_contact_shown"
BUTTON = "Show how to reach them"


def a_scene():
    cast = a_cast()
    directory.set_phone(cast.requester, PHONE, by=cast.member, now=ago(20))
    return cast, concluded(cast, "source_will_contact", now=ago(9))


@pytest.fixture
def access(scene):
    """A contact that runs: its one source is to make it."""
    return scene[1]


def shown():
    return list(Entry.objects.filter(event=EVENT).values_list("actor", "reference", "facts"))


def refuses(access, source, *, now=None, why=WrongState):
    """Nothing is shown: by the act at this moment, and without one also by the page."""
    liaison = asked(access, source)
    with pytest.raises(why):
        source_actions.show_contact(liaison, by=source, now=now or timezone.now())
    if now is None:
        desk = at_a_desk(source)
        page = desk.get(question(liaison))
        answer = desk.post(question(liaison, "contact/"))
        assert answer.status_code == (409 if why is WrongState else 404)
        for read in (page, answer):
            assert BUTTON not in read.content.decode()
            assert PHONE not in read.content.decode()
            assert access.requester.email not in read.content.decode()
    assert shown() == []


def test_the_chosen_source_is_shown_phone_and_address_and_each_time_is_an_entry(cast, access):
    desk, liaison = at_a_desk(cast.source), asked(access, cast.source)
    page = desk.get(question(liaison))
    assert BUTTON in main(page)
    assert PHONE not in page.content.decode()
    assert cast.requester.email not in page.content.decode()
    for times in (1, 2):
        read = main(desk.post(question(liaison, "contact/")))
        for words in (cast.requester.name, PHONE, cast.requester.email):
            assert words in read
        facts = f'{{"liaison":"{liaison.reference}"}}'
        assert shown() == [(cast.source.uid, access.reference, facts)] * times
    assert desk.get(question(liaison, "contact/")).status_code == 405


def test_where_the_directory_has_no_number_it_says_so_and_what_to_do(cast, access):
    directory.set_phone(cast.requester, "", by=cast.member, now=ago(19))
    desk, liaison = at_a_desk(cast.source), asked(access, cast.source)
    read = main(desk.post(question(liaison, "contact/")))
    assert "Work phone number None in the directory" in read
    assert "phone the IW Team" in read
    assert cast.requester.email in read


def test_not_before_it_is_published_nor_after_its_last_day(cast, access):
    liaison = asked(access, cast.source)
    last = datetime.combine(access.granted_until, time(23, 59), clock.LONDON)
    minute = timedelta(minutes=1)
    for moment in (access.publish_at - minute, last + minute):
        refuses(access, cast.source, now=moment)
    for moment in (access.publish_at, last):
        source_actions.show_contact(liaison, by=cast.source, now=moment)
    assert len(shown()) == 2


def test_not_on_the_page_before_it_is_published(cast):
    refuses(concluded(cast, "source_will_contact"), cast.source)


def test_not_to_the_other_source_whatever_they_offered(cast, access):
    refuses(access, cast.other_source)


def test_not_for_another_outcome(cast):
    access = answered(cast, "will_contact", "give_contact", now=ago(9))
    for outcome in ("put_in_touch", "viewed", "declined", "referred", "no_brokerage_needed"):
        with undone():
            concluded_so = desk_actions.conclude(
                again(access),
                outcome=outcome,
                granted_until=access.needed_until,
                by=cast.member,
                now=ago(9),
            )
            refuses(concluded_so, cast.source)
            refuses(concluded_so, cast.other_source)


def test_not_after_a_stop_whoever_stopped_it(cast, access):
    source_actions.stop_contact(access, by=cast.member, now=ago(1))
    refuses(access, cast.source)


def test_not_after_a_withdrawal(cast):
    access = concluded(cast, "source_will_contact")
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    refuses(access, cast.source, now=again(access).publish_at)
    refuses(access, cast.source)


def test_not_once_either_of_them_has_let_go_or_left(cast, access):
    for leave in (_lets_go, _is_suspended):
        with undone():
            leave(cast, access)
            refuses(access, cast.source)


def _lets_go(cast, access):
    hold = asked(access, cast.source).hold
    letting_go.withdraw(hold, parting=GONE, by=cast.source, now=timezone.now())


def _is_suspended(cast, access):
    suspending.suspend(cast.requester, by=cast.member, now=timezone.now())


def test_not_to_who_was_given_the_claim_since(cast, access):
    liaison = asked(access, cast.source)
    heir = a_practitioner(service=cast.source.service)
    hand_overs.hand_over(
        cast.source, to=heir, by=cast.colleague, proposed_by=cast.member, now=timezone.now()
    )
    for person, why in ((heir, WrongState), (cast.source, NotAllowed)):
        with pytest.raises(why):
            source_actions.show_contact(liaison, by=person, now=timezone.now())
    assert shown() == []


def test_not_to_anybody_else(cast, access):
    liaison = asked(access, cast.source)
    for person in (cast.member, cast.lead, cast.requester, cast.manager, cast.other_source):
        with pytest.raises(NotAllowed):
            source_actions.show_contact(liaison, by=person, now=timezone.now())
    assert shown() == []


def test_the_address_opens_nothing_by_itself(cast):
    address = reverse("liaison_contact", args=["IW-ZZZZ-ZZZZ"])
    assert at_a_desk(cast.source).post(address).status_code == 404
