"""A call to the person behind a new account, attested badly: a sentence, and nothing half done."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from logbook.models import Entry
from shielding.accounts import actions, suspending
from shielding.accounts.models import User
from tests.concurrency.support.crowd import a_crowd
from tests.requests_app.support.desk import at_desk, main
from tests.support.hostile import HOSTILE
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.what_stands import what_stands

pytestmark = pytest.mark.django_db
GOOD = {"phoned": "on"}


@pytest.fixture
def maker() -> User:
    return an_iw_member(name="Mal Maker")


@pytest.fixture
def new(maker) -> User:
    return actions.add_practitioner(
        name="New Comer",
        email="new@council.example",
        service=a_service(),
        by=maker,
        now=timezone.now(),
    )


def address(uid: Any) -> str:
    return f"/people/{uid}/phone/"


def refused(answer: Any, *codes: int) -> None:
    """Say that it is a page with words for its reader, or the way back to one."""
    assert answer.status_code in codes
    if answer.status_code != 302:
        assert len(main(answer)) > 20


@pytest.mark.parametrize("given", [{}, {"phoned": ""}, {"phoned": "false"}, {"phone": "on"}])
def test_without_the_tick_it_is_asked_beside_it(new, given):
    client, before = at_desk(an_iw_member()), what_stands()
    answer = client.post(address(new.uid), given)
    assert list(answer.context["form"].errors) == ["phoned"]
    assert what_stands() == before


@pytest.mark.parametrize("value", HOSTILE.values(), ids=list(HOSTILE))
def test_a_field_that_is_not_asked_is_not_read(new, value):
    client, before = at_desk(an_iw_member()), what_stands()
    for name in ("by", "person", "change", "at", "now"):
        answer = client.post(address(new.uid), {name: value})
        assert list(answer.context["form"].errors) == ["phoned"]
    assert what_stands() == before


@pytest.mark.parametrize("whose", ["unknown", "member", "old account", "suspended", "own maker"])
def test_another_persons_id_vouches_for_nobody(new, maker, whose):
    """Nobody's, a member's, an account of before the rule, one not in use; and by who made it."""
    person, by = new, an_iw_member()
    if whose == "member":
        person = an_iw_member()
    if whose == "old account":
        person = a_practitioner()
    if whose == "suspended":
        suspending.suspend(new, by=an_administrator(), now=timezone.now())
    if whose == "own maker":
        by = maker
    uid = uuid4() if whose == "unknown" else person.uid
    before = what_stands()
    refused(at_desk(by).post(address(uid), GOOD), 403, 404, 409)
    assert what_stands() == before


@pytest.mark.parametrize("who", [a_practitioner, an_administrator])
def test_somebody_outside_the_team_is_refused(new, who):
    somebody = who()
    before = what_stands()
    refused(at_desk(somebody).post(address(new.uid), GOOD), 403)
    assert what_stands() == before


def test_sent_twice_it_is_done_once(new):
    client = at_desk(an_iw_member())
    assert client.post(address(new.uid), GOOD).status_code == 302
    once = what_stands()
    refused(client.post(address(new.uid), GOOD), 409)
    assert what_stands() == once


@pytest.mark.parametrize("meanwhile", ["vouched", "suspended", "reader suspended"])
def test_a_page_that_was_open_while_somebody_acted_changes_nothing(new, meanwhile):
    reader = an_iw_member()
    client, now = at_desk(reader), timezone.now()
    assert client.get(address(new.uid)).status_code == 200
    if meanwhile == "vouched":
        actions.vouch(new, phoned=True, by=an_iw_member(), now=now)
    else:
        who = new if meanwhile == "suspended" else reader
        suspending.suspend(who, by=an_administrator(), now=now)
    before = what_stands()
    refused(client.post(address(new.uid), GOOD), 302, 403, 409)
    assert what_stands() == before


@pytest.mark.django_db(transaction=True)
def test_sent_by_four_at_once_it_is_done_once(new):
    clients = [at_desk(an_iw_member()) for _ in range(4)]
    with a_crowd(4) as crowd:
        answers = crowd.at_once(*[partial(one.post, address(new.uid), GOOD) for one in clients])
    assert sorted(one.status_code for one in answers) == [302, 409, 409, 409]
    assert Entry.objects.filter(event="person_vouched").count() == 1
