"""The IW Team sees what became of every notice, and when the worker last looked."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shielding.home import to_do
from shielding.notices import presenters
from shielding.notices.kinds import DUTY_KINDS, OWN_MAIL_KINDS
from shielding.notices.models import Notice
from shielding.notices.timers import note_run
from tests.support.people import a_practitioner, an_iw_member
from tests.support.statements import Statements
from tests.worker.support.notices import many, owe

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = an_iw_member()
    client.force_login(member)
    return member


def page(client, query=""):
    text = client.get(reverse("notices") + query).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def given_up(**more):
    person = a_practitioner(**more)
    owe("item_changed", "IW-AAAA-AAAA", person)
    Notice.objects.filter(recipient=person).update(fate="given_up")
    return person


def undelivered(member):
    lines = to_do.waiting_for(member, timezone.now())
    [line] = [line for line in lines if "could not be delivered" in line["label"]]
    return line


def test_what_could_not_be_delivered_waits_for_the_team_and_is_listed(client, member):
    assert undelivered(member)["number"] == 0
    person = given_up(name="Wrong Address")
    given_up(name="Left Long-Ago", is_active=False)
    old = given_up(name="Long Ago")
    long_ago = timezone.now() - timedelta(days=29)
    Notice.objects.filter(recipient=old).update(due_at=long_ago)
    line = undelivered(member)
    assert line["number"] == 1
    listed = page(client, "?" + line["url"].partition("?")[2])
    assert person.name in listed
    assert "Given up" in listed
    assert "Ago" not in listed
    assert "Long Ago" in page(client)


def test_the_reference_is_the_one_its_reader_knows(client, member):
    owe("review_reminder", "IW-HIDE-HIDE", a_practitioner(), mentions="IW-SEEN-SEEN")
    owe("invitation", "IW-HIDE-HID2", a_practitioner(), mentions="")
    text = page(client, "?show=owed")
    assert "IW-SEEN-SEEN" in text
    assert "none" in text
    assert "HIDE" not in text
    assert "A review to answer" in text


def test_when_the_worker_last_looked_is_shown(client, member):
    assert "Deliver mail Never Stopped" in page(client)
    note_run("deliver_mail", now=timezone.now())
    assert re.search(r"Deliver mail \d+ \w+ 20\d\d.{0,20} Working", page(client))


def test_another_tab_than_there_is_shows_everything(client, member):
    given_up(name="Wrong Address")
    assert "Wrong Address" in page(client, "?show=nonsense")


@pytest.mark.parametrize("count", [1, 3, 500])
def test_the_page_asks_the_database_the_same_for_any_number(client, member, count):
    owe("item_changed", "IW-AAAA-AAAA", *many(count))
    with Statements() as queries:
        client.get(reverse("notices"))
    assert len(queries) <= 9


def test_every_kind_and_every_task_has_its_words():
    assert set(presenters.KINDS) >= DUTY_KINDS | OWN_MAIL_KINDS
    assert set(presenters.TASKS) >= set(settings.CELERY_BEAT_SCHEDULE)
