"""Who hears, as a manager, that something changed about an access request; never what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.requester import actions as requester_actions
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.deputies import actions as deputy_actions
from shielding.notices.models import Notice
from tests.brokerage.source.support.heard import fresh
from tests.brokerage.support.cast import a_cast, again, sent
from tests.brokerage.support.todays_requests import a_deputy, ago, approval, asking, at_a_desk
from tests.brokerage.support.urgent_calls import a_call
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db


def reports_to(cast, manager):
    directory.set_line_manager(fresh(cast.requester), manager, by=cast.colleague, now=ago(7))


def told(access, since):
    """Return who was owed word of an access request from a moment on."""
    found = Notice.objects.filter(subject=access.reference, kind="item_changed")
    return {one.recipient for one in found.filter(created_at__gte=since)}


def not_needed(access, cast):
    now = timezone.now()
    desk_actions.conclude(again(access), outcome="no_brokerage_needed", by=cast.member, now=now)
    return told(access, now)


def withdrawn(access, cast):
    now = timezone.now()
    requester_actions.withdraw(again(access), by=fresh(cast.requester), now=now)
    return told(access, now)


@pytest.mark.parametrize("end", [not_needed, withdrawn])
def test_the_requester_and_the_line_manager_who_agreed(end):
    cast = a_cast()
    access = asking(cast, now=ago(8))
    assert end(access, cast) == {cast.requester, cast.manager}


@pytest.mark.parametrize("end", [not_needed, withdrawn])
def test_who_agreed_and_the_line_manager_of_today(end):
    cast = a_cast()
    access = asking(cast, now=ago(8))
    new = a_practitioner(service=cast.manager.service)
    reports_to(cast, new)
    assert end(access, cast) == {cast.requester, cast.manager, new}
    assert at_a_desk(cast.manager).get(approval(access)).status_code == 200
    assert at_a_desk(new).get(approval(access)).status_code == 200


@pytest.mark.parametrize("end", [not_needed, withdrawn])
def test_not_a_source_who_became_the_line_manager(end):
    cast = a_cast()
    cast.other_source = a_practitioner(service=cast.manager.service)
    access = asking(cast, now=ago(8))
    a_practitioner(service=cast.other_source.service, manager=cast.other_source)
    reports_to(cast, cast.other_source)
    assert end(access, cast) == {cast.requester, cast.manager}
    assert at_a_desk(cast.other_source).get(approval(access)).status_code == 404


@pytest.mark.parametrize("suspended", [False, True])
def test_of_a_call_whoever_stands_in_beside_the_line_manager_or_in_their_place(suspended):
    cast, now = a_cast(), timezone.now()
    deputy, _ = a_deputy(cast.manager)
    if suspended:
        suspending.suspend(fresh(cast.manager), by=cast.colleague, now=now)
    call = a_call(by=cast.member, requester=fresh(cast.requester))
    managers = {deputy} if suspended else {cast.manager, deputy}
    assert told(call, now) == {cast.requester, *managers}


@pytest.mark.parametrize("end", [not_needed, withdrawn])
def test_a_deputy_who_agreed_hears_of_the_end_when_they_stand_in_no_more(end):
    cast = a_cast()
    deputy, standing_in = a_deputy(cast.manager)
    access = sent(cast, now=ago(1), needed_until=timezone.localdate() + timedelta(days=20))
    manager_actions.agree(access, by=deputy, now=timezone.now())
    deputy_actions.end_deputy(standing_in, by=cast.colleague, now=timezone.now())
    assert end(access, cast) == {cast.requester, cast.manager, deputy}
    assert at_a_desk(deputy).get(approval(access)).status_code == 200
