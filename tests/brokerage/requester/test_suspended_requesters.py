"""A contact of a requester who is suspended: nobody makes it, and it can be stopped for good."""

import pytest
from django.urls import reverse
from django.utils import timezone

from brokerage import source_policies
from brokerage.source import actions
from shielding.accounts import suspending
from tests.brokerage.source.support.contacts import contacts
from tests.brokerage.source.support.heard import fresh
from tests.brokerage.support.cast import ASKED, DAY, a_cast, again, concluded
from tests.brokerage.support.desk import DESK, page_of, references
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
LATER = ASKED + 7 * DAY


def suspended(cast, access, *, now=LATER):
    """Suspend the requester; nobody may contact them meanwhile."""
    suspending.suspend(fresh(cast.requester), by=cast.colleague, now=now)
    assert not source_policies.is_granted(access, now)
    return again(access)


def runs_when_they_are_back(cast, access, *, now=LATER + DAY):
    suspending.reactivate(fresh(cast.requester), by=cast.colleague, now=now)
    return source_policies.is_granted(again(access), now)


def test_it_runs_on_if_nobody_stops_it():
    cast = a_cast()
    access = suspended(cast, concluded(cast))
    liaison = access.liaisons.get(hold__source=cast.source)
    assert not source_policies.may_contact(liaison, LATER)
    assert source_policies.may_stop(liaison, LATER)
    assert runs_when_they_are_back(cast, access)


@pytest.mark.parametrize("by", ["source", "member"])
def test_it_is_stopped_for_good(by):
    cast = a_cast()
    access = suspended(cast, concluded(cast))
    actions.stop_contact(access, by=getattr(cast, by), now=LATER)
    assert not runs_when_they_are_back(cast, access)


def test_a_hand_over_of_who_was_suspended_stops_it():
    cast = a_cast()
    access = suspended(cast, concluded(cast))
    heir = a_practitioner(service=cast.requester.service)
    hand_overs.hand_over(fresh(cast.requester), to=heir, by=cast.colleague, now=LATER)
    assert not runs_when_they_are_back(cast, access)


def test_the_desk_lists_it_and_the_source_s_page_stops_it(client):
    cast = a_cast()
    (access,) = contacts(cast, cast)
    access = suspended(cast, access, now=timezone.now())
    desk = at_desk(cast.colleague)
    assert references(desk.get(DESK, {"tab": "contacts"})) == [access.reference]
    assert references(desk.get(DESK, {"tab": "to_stop"})) == [access.reference]
    assert "Requester suspended" in main(desk.get(DESK, {"tab": "to_stop"}))
    page = main(desk.get(page_of(access)))
    assert "The requester is suspended." in page
    assert "Not while the requester is suspended." in page
    client.force_login(cast.source)
    liaison = access.liaisons.get(hold__source=cast.source)
    for address in (
        reverse("liaison_detail", args=[liaison.reference]),
        reverse("liaison_list"),
    ):
        assert "Not at the moment" in main(client.get(address))
    client.post(reverse("liaison_stop", args=[liaison.reference]))
    assert "Finished" in main(client.get(reverse("liaison_list")))
    assert references(desk.get(DESK, {"tab": "to_stop"})) == []
    assert not runs_when_they_are_back(cast, access, now=timezone.now())
