"""How long a session lasts, and how long a password counts as fresh."""

import time
from urllib.parse import quote

import pytest
from django.utils import timezone

from shielding.accounts.models import User
from shielding.web.password_again import is_fresh
from tests.requests_app.support.desk import main
from tests.shielding.accounts.sign_in.support.sign_in import (
    METHODS,
    OTHER_METHODS,
    SIGN_IN,
    back_in_time,
    is_signed_in,
    sign_in,
)
from tests.support.entries import entries
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db

# A page, an address that only takes a form, one of another role, and one that is not there.
PAGES = ["/your-account/", "/session/extend/", "/people/", "/nowhere/"]
MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("ago", "how"),
    [({"seen_at": 15 * MINUTE}, "idle"), ({"auth_at": 12 * HOUR}, "hours")],
)
def test_past_a_limit_nothing_is_answered(client, person, address, method, ago, how):
    sign_in(client)
    back_in_time(client, **ago)
    answer = getattr(client, method)(address)
    assert answer.status_code == 302
    back = f"&next={quote(address, safe='')}" if method == "get" else ""
    assert answer["Location"] == f"{SIGN_IN}?ended={how}{back}"
    assert entries("signed_out") == [("signed_out", str(person.uid), {"how": how})]
    assert not is_signed_in(client)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_are_refused_to_everybody(client, person, address, method):
    assert getattr(client, method)(address).status_code == 405
    sign_in(client)
    back_in_time(client, seen_at=15 * MINUTE)
    assert getattr(client, method)(address).status_code == 405
    assert not is_signed_in(client)


def test_short_of_both_limits_the_session_goes_on(client, person):
    sign_in(client)
    back_in_time(client, seen_at=15 * MINUTE - 5, auth_at=12 * HOUR - 5)
    assert is_signed_in(client)
    assert time.time() - client.session["seen_at"] < 5


def test_activity_does_not_stretch_the_absolute_limit(client, person):
    sign_in(client)
    back_in_time(client, auth_at=12 * HOUR)
    assert client.post("/session/extend/").status_code == 302


def test_staying_signed_in_counts_as_activity(client, person):
    sign_in(client)
    back_in_time(client, seen_at=14 * MINUTE)
    assert client.post("/session/extend/").status_code == 204
    assert client.get("/session/extend/").status_code == 405
    assert time.time() - client.session["seen_at"] < 5


def test_activity_is_written_at_most_twice_a_minute(client, person):
    sign_in(client)
    back_in_time(client, seen_at=20)
    seen = client.session["seen_at"]
    client.get("/your-account/")
    assert client.session["seen_at"] == seen
    back_in_time(client, seen_at=10)
    client.get("/your-account/")
    assert client.session["seen_at"] >= seen + 20


def test_a_session_without_stamps_is_over(client, person):
    client.force_login(person)
    session = client.session
    del session["auth_at"]
    session.save()
    assert client.get("/your-account/")["Location"].startswith(f"{SIGN_IN}?ended=idle")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("idle", "nothing happened for 15 minutes"),
        ("hours", "signed in for 12 hours"),
        ("before", "not signed in any more"),
    ],
)
def test_the_sign_in_page_says_why_and_that_the_open_page_was_lost(client, how, words):
    said = client.get(f"{SIGN_IN}?ended={how}").content.decode()
    assert words in said
    assert "What was on the open page was not saved." in said
    for plain in (SIGN_IN, f"{SIGN_IN}?ended=<b>"):
        assert "was not saved" not in client.get(plain).content.decode()


def test_a_button_pressed_signed_out_leads_to_no_address_that_is_no_page(client, person):
    pressed = client.post("/session/extend/")
    assert pressed["Location"] == f"{SIGN_IN}?ended=before"
    assert client.get("/people/?role=iw")["Location"] == f"{SIGN_IN}?next=/people/%3Frole%3Diw"


def test_the_address_of_a_button_opened_as_a_page_says_what_to_do(client, person):
    sign_in(client)
    answer = client.get("/session/extend/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert main(answer).startswith("This address is not a page It belongs to a button")
    assert answer["Cache-Control"] == "no-store"


def test_the_word_of_an_open_page_that_the_time_is_over_is_taken(client, person):
    """Its clock is half a minute early: it would lead to the home page, signed in once more."""
    sign_in(client)
    back_in_time(client, seen_at=14 * MINUTE + 5)
    answer = client.get(f"{SIGN_IN}?ended=idle&next=/people/")
    assert answer.status_code == 200
    assert 'value="/people/"' in answer.content.decode()
    assert entries("signed_out") == [("signed_out", str(person.uid), {"how": "idle"})]
    assert not is_signed_in(client)


def test_nobody_is_signed_out_by_an_address_while_they_are_here(client, person):
    sign_in(client)
    back_in_time(client, seen_at=13 * MINUTE)
    assert client.get(f"{SIGN_IN}?ended=idle").status_code == 302
    assert is_signed_in(client)


@pytest.mark.parametrize("method", METHODS)
def test_a_suspended_person_is_out_at_the_next_request(client, person, method):
    sign_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    answer = getattr(client, method)("/your-account/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(SIGN_IN)


def test_fresh_means_within_the_minutes_given(client, person):
    sign_in(client)
    now = timezone.now()
    assert is_fresh(client.session, now, 5)
    back_in_time(client, fresh_at=5 * MINUTE + 1)
    assert not is_fresh(client.session, now, 5)
    # Given unasked it counts for nothing: no page is waiting for it.
    unasked = client.post("/confirm-it-is-you/?next=/your-account/", {"password": PASSWORD})
    assert unasked["Location"] == "/your-account/"
    assert not is_fresh(client.session, timezone.now(), 5)
    asks = client.get("/password/")["Location"]
    back_in_time(client, asked_again_at=15 * MINUTE)
    client.post(asks, {"password": PASSWORD})
    assert not is_fresh(client.session, timezone.now(), 5)
    # Two tabs ask, and it is given in the one that asked first.
    first, second = client.get("/password/"), client.post("/your-account/sign-ins/end-others/")
    assert second["Location"] == "/confirm-it-is-you/?next=%2Fyour-account%2Fsign-ins%2F"
    answer = client.post(first["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/password/"
    assert is_fresh(client.session, timezone.now(), 5)
    assert "asked_again_at" not in client.session


def test_a_wrong_password_does_not_make_it_fresh(client, person):
    sign_in(client)
    back_in_time(client, fresh_at=HOUR)
    client.get("/password/")
    for password in ("wrong", "", "\x00"):
        answer = client.post("/confirm-it-is-you/", {"password": password})
        assert answer.status_code == 200
    assert not is_fresh(client.session, timezone.now(), 5)
    assert entries("sign_in_failed") == [("sign_in_failed", "", {"account": str(person.uid)})]
