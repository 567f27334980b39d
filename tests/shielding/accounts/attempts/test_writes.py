"""What one person sends in an hour is counted: too much is a polite page, and never too late."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.attempts import budget, writes
from shielding.accounts.attempts.budget import Kind, Rule
from shielding.accounts.attempts.models import Budget, RefusedTries
from tests.requests_app.support.posts import address
from tests.security.support.council import every_url
from tests.support.entries import entries
from tests.support.people import a_practitioner
from tests.support.requests import a_draft, a_written_draft

pytestmark = pytest.mark.django_db
NUMBER = "CP87654321"


@pytest.fixture
def two_an_hour(monkeypatch):
    monkeypatch.setitem(budget.RULES, Kind.WRITE, Rule(2, hourly=True))


def at(person):
    client = Client()
    client.force_login(person)
    return client


def refused():
    return [facts["action"] for _, _, facts in entries("refused")]


def test_too_much_is_a_page_that_keeps_choices_and_changes_nothing(two_an_hour):
    person = a_practitioner(manager=a_practitioner())
    draft = a_draft(person)
    here, there, page = at(person), at(person), address(draft, "record")
    # Two browsers are one person; what is only read, or sent by the page itself, is not counted.
    for client in (here, there):
        assert client.post(reverse("request_start")).status_code == 302
    for name in ("session_extend", "session_keep"):
        assert [here.post(reverse(name)).status_code for _ in range(3)] == [204] * 3
    assert here.get(page).status_code == 200
    before = list(type(draft).objects.values())

    said = here.post(page, {"number": NUMBER, "number_again": NUMBER, "origin": "practitioner"})
    assert said.status_code == 429
    assert 0 < int(said.headers["Retry-After"]) <= 3600
    assert "What you sent last was not saved" in said.text
    assert f'href="{page}"' in said.text
    assert here.session["kept"]["answers"] == {"origin": ["practitioner"]}
    assert NUMBER not in str(dict(here.session))
    assert list(type(draft).objects.values()) == before
    assert "open the page again" not in there.post(reverse("request_start")).text
    assert "kept" not in there.session

    # One entry an hour, however often; nothing of it counts as a try to sign in.
    assert refused() == ["request_page"]
    assert (entries("refused")[0][1], RefusedTries.objects.count()) == (str(person.uid), 0)
    # What was kept is there again, a colleague is not kept out, and signing out always works.
    assert "checked" in here.get(page).text
    assert "kept" not in here.session
    assert at(a_practitioner()).post(reverse("request_start")).status_code == 302
    assert there.post(reverse("account_logout")).status_code == 302


def test_a_request_to_shield_is_sent_however_much_was_sent_before(two_an_hour):
    draft = a_written_draft(a_practitioner(), number=NUMBER, now=timezone.now())
    client = at(draft.practitioner)
    for _ in range(3):
        last = client.post(reverse("request_start"))
    assert last.status_code == 429
    check = reverse("request_check", args=[draft.reference])
    sent = client.post(check, {"reason_to_ask": "on", "seen": draft.changed_at.isoformat()})
    draft.refresh_from_db()
    assert (sent.status_code, draft.state) == (302, "submitted")


def test_nobody_signed_in_is_counted_and_each_exception_has_its_address(two_an_hour):
    for _ in range(3):
        assert Client().post(reverse("request_start")).status_code == 302
    assert not Budget.objects.filter(kind=Kind.WRITE).exists()
    assert set(every_url()) >= writes.NOT_COUNTED
