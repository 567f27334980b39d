"""The IW Team sees what became of every notice, and when the worker last looked."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shielding.home import to_do
from shielding.notices import kinds, list_rows
from shielding.notices.models import Notice
from shielding.notices.timers import note_run
from tests.support.people import a_practitioner, an_administrator, an_iw_member
from tests.support.statements import Statements
from tests.worker.support.notices import lose, many, owe

pytestmark = pytest.mark.django_db

# What every room registers, in the words of the page about mail.
KINDS = {
    "access_lapses": "An access request that ends unfinished, to the lead",
    "access_to_agree": "An access request to agree",
    "access_to_lead": "An access request, to the lead",
    "confirm_phoned": "A phoned request to confirm",
    "contact_asked": "A question about contact, to who asked for the shield",
    "contact_ended": "A question about contact that is finished",
    "contact_stopped": "A contact stopped",
    "address_changed": "An email address changed, to the old one",
    "address_confirmed": "An email address changed",
    "grant_ends": "A contact that ends soon",
    "data_load_taken_back": "A data load taken back",
    "deputy_ended": "A deputy ended",
    "deputy_named": "A deputy named",
    "invitation": "An invitation",
    "glass_broken": "Somebody let in at the server",
    "member_let_in": "A colleague let in again",
    "member_suspended": "A member suspended by a lead",
    "mail_given_up": "Mail that could not be delivered",
    "item_changed": "Something changed",
    "found_open": "A record found open",
    "named_as_supporter": "Named as supporter",
    "not_me": "“This was not me”",
    "password_reset": "A link for a password",
    "person_moved": "A move to another service",
    "phone_about": "To phone the IW Team",
    "review_overdue_lead": "An answer overdue, to the lead",
    "review_overdue_manager": "An answer overdue, to the manager",
    "review_reminder": "A review to answer",
    "role_granted": "A role granted",
    "role_proposed": "A role proposed",
    "role_refused": "A role refused",
    "shield_taken_over": "A shield taken over from a file",
    "team_item_changed": "Something changed, to the manager",
    "urgent_not_read": "An urgent call nobody read",
    "urgent_to_read": "An urgent call to read",
    "access_agreed": "An agreed access request",
    "to_shield": "A request to shield",
    "to_shield_lead": "Not applied after a day, to the lead",
    "unshield_cancelled": "A record to check now",
    "unshield_waits": "An unshielding that waits",
}
DUTY_KINDS = [
    "access_lapses",
    "access_to_agree",
    "contact_asked",
    "grant_ends",
    "review_overdue_lead",
    "review_overdue_manager",
    "review_reminder",
    "shield_taken_over",
    "team_item_changed",
]


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
    lose("item_changed", "IW-AAAA-AAAA", person)
    return person


def undelivered(member):
    waiting = to_do.waiting_for(member, timezone.now())
    lines = [*waiting.mine, *waiting.colleagues]
    return [line for line in lines if "could not be delivered" in line.label]


def test_what_could_not_be_delivered_waits_for_the_team_and_is_listed(client, member):
    assert undelivered(member) == []
    person = given_up(name="Wrong Address")
    given_up(name="Left Long-Ago", is_active=False)
    old = given_up(name="Long Ago")
    long_ago = timezone.now() - timedelta(days=29)
    Notice.objects.filter(recipient=old).update(due_at=long_ago)
    [line] = undelivered(member)
    assert line.number == 1
    listed = page(client, "?" + line.url.partition("?")[2])
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
    warned = "Until it does, the IW Team looks at its home page itself, and phones."
    assert warned in page(client)
    for task in settings.CELERY_BEAT_SCHEDULE:
        note_run(task, now=timezone.now())
    assert warned not in page(client)
    assert re.search(r"Deliver mail \d+ \w+ 20\d\d.{0,20} Working", page(client))


def test_an_administrator_reads_why_no_mail_is_listed(client):
    client.force_login(an_administrator())
    assert "Only the IW Team reads which mails there are" in page(client)


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
    assert {code: kinds.words_of(code) for code in KINDS} == KINDS
    assert kinds.duty_kinds() == DUTY_KINDS
    of_managers = {"access_to_agree", "named_as_supporter"}
    of_managers |= {"review_overdue_manager", "team_item_changed"}
    own = kinds.OWN_MAIL_KINDS | {"contact_ended", "person_moved", "password_changed"}
    own |= {"codes_guessed", "factor_after_recovery", "factor_changed", "key_copied"}
    own |= {"password_ended", "recovery_code_used", "wrong_codes"}
    assert set(kinds.personal_kinds()) == own | of_managers
    assert set(list_rows.TASKS) >= set(settings.CELERY_BEAT_SCHEDULE)
