"""The IW Team is told of an access request on the day its line manager agreed: by the clock."""

from datetime import timedelta

import pytest
from django.core import mail as outbox

from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions as desk_actions
from brokerage.requester import actions as requester_actions
from shielding.notices import delivery
from shielding.notices.models import Notice
from tests.brokerage.support.cast import ASKED, DAY, a_cast, agreed, sent
from tests.support.requests import a_number

pytestmark = pytest.mark.django_db
DUTY = "iw.duty@council.example"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def mailboxes(settings):
    settings.DUTY_MAILBOXES = [DUTY]


def look(now):
    for _ in range(2):
        raise_reminders(now)
        delivery.deliver(now)


def mailed_to(address):
    return [one.body for one in outbox.outbox if one.to == [address]]


def told():
    return Notice.objects.filter(kind="access_agreed")


def test_what_a_manager_agreed_is_told_once_to_the_mailbox_and_the_team():
    cast = a_cast()
    access = agreed(cast)
    assert not told().exists()  # not by the manager's own act
    look(ASKED)
    for hours in (1, 5, 30):
        look(ASKED + hours * HOUR)
    for address in (DUTY, cast.member.email, cast.lead.email):
        assert [access.reference in body for body in mailed_to(address)] == [True]
    assert set(told().values_list("fate", flat=True)) == {"sent"}


def test_what_is_with_the_manager_or_was_declined_is_told_to_nobody():
    sent(a_cast())
    look(ASKED + 3 * DAY)
    assert not told().exists()


def test_a_known_number_and_an_unknown_one_are_told_alike():
    cast, other = a_cast(), a_cast()
    references = sorted([agreed(cast).reference, agreed(other, number=a_number()).reference])
    look(ASKED)
    [body] = mailed_to(DUTY)
    assert [line.strip() for line in body.split("\n") if "IW-" in line] == references


@pytest.mark.parametrize("act", ["begun", "withdrawn"])
def test_who_acts_ends_it(act):
    cast = a_cast()
    access = agreed(cast)
    raise_reminders(ASKED)
    if act == "begun":
        desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    else:
        requester_actions.withdraw(access, by=cast.requester, now=ASKED)
    delivery.deliver(ASKED)
    assert mailed_to(DUTY) == []
    assert set(told().values_list("fate", flat=True)) == {"overtaken"}


def test_agreed_in_the_evening_members_hear_in_the_morning_and_the_mailbox_at_once():
    cast = a_cast()
    evening = ASKED + 10 * HOUR
    agreed(cast, now=evening)
    look(evening)
    assert [len(mailed_to(one)) for one in (DUTY, cast.member.email)] == [1, 0]
    look(evening + 12 * HOUR)
    assert [len(mailed_to(one)) for one in (DUTY, cast.member.email)] == [1, 1]
