"""Signing in and out, the password, and how long a session lasts."""

import re
import time
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from shielding import urls as root
from shielding.accounts import signing_in
from shielding.accounts.access import public as public_view
from shielding.accounts.adapter import ClosedDoor
from shielding.accounts.models import User
from tests.accounts.entries import entries
from tests.people import PASSWORD, a_practitioner

SIGN_IN = "/sign-in/"
NEW = "another long passphrase of mine"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return a_practitioner(email="ann@council.example", name="Ann Example")


def sign_in(client, email="ann@council.example", password=PASSWORD, **more):
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_signed_in(client):
    return client.get("/your-account/").status_code == 200


def back_in_time(client, **seconds):
    """Move stamps of the stored session back, as if that much time had passed."""
    session = client.session
    for stamp, ago in seconds.items():
        session[stamp] -= ago
    session.save()


def test_the_right_password_opens_the_home_page(client, person):
    answer = sign_in(client, " ANN@council.example ")
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert is_signed_in(client)
    assert entries() == [("signed_in", str(person.uid), {})]
    assert client.get(SIGN_IN).status_code == 302


def test_a_session_gets_a_new_key_when_it_begins(client, person):
    client.get(SIGN_IN)
    before = client.cookies.get("__Host-session")
    sign_in(client)
    after = client.cookies["__Host-session"]
    assert before is None or before.value != after.value
    assert after["httponly"]
    assert after["secure"]
    assert (after["samesite"], after["path"], after["domain"]) == ("Lax", "/", "")
    assert not after["max-age"]


def failed(email, password):
    client = Client()
    answer = sign_in(client, email, password)
    assert answer.status_code == 200
    assert "__Host-session" not in client.cookies
    return answer.content.decode().replace(email, "EMAIL")


def test_wrong_password_unknown_address_and_suspended_account_look_the_same(person):
    a_practitioner(email="gone@council.example", is_active=False)
    without = a_practitioner(email="without@council.example")
    without.set_unusable_password()
    without.save()
    pages = [
        failed("ann@council.example", "not the password"),
        failed("who@council.example", PASSWORD),
        failed("gone@council.example", PASSWORD),
        failed("gone@council.example", "not the password"),
        failed("without@council.example", PASSWORD),
    ]
    assert "The email address or the password is not right" in pages[0]
    assert len(set(map(masked, pages))) == 1


def masked(page):
    """The page without its one-time token."""
    start = page.index('name="csrfmiddlewaretoken"')
    end = page.index(">", start)
    return page[:start] + page[end:]


def test_a_failed_sign_in_is_an_entry_without_the_address(person):
    failed("ann@council.example", "not the password")
    failed("who@council.example", "not the password")
    assert entries() == [
        ("sign_in_failed", "", {"account": str(person.uid)}),
        ("sign_in_failed", "", {"account": "unknown"}),
    ]


def test_known_and_unknown_addresses_cost_the_same_queries(person):
    failed("first@council.example", "not the password")  # the address of the network counts anew
    shapes = []
    for email in ("ann@council.example", "who@council.example"):
        with CaptureQueriesContext(connection) as queries:
            failed(email, "not the password")
        shapes.append([shape(query["sql"]) for query in queries.captured_queries])
    assert shapes[0] == shapes[1]


def shape(sql):
    """What a statement does and to which table, without the values in it."""
    return re.findall(r"^\w+|(?<=FROM )\S+|(?<=INTO )\S+|(?<=UPDATE )\S+", sql)


@pytest.mark.parametrize(
    ("login", "password", "message"),
    [
        ("", PASSWORD, "Enter your work email address"),
        ("ann@council.example", "", "Enter your password"),
        ("not an address", PASSWORD, "Enter a valid email address"),
        ("a" * 400 + "@council.example", PASSWORD, "Enter a valid email address"),
        ("ann\x00@council.example", PASSWORD, "Enter a valid email address"),
        ("ann@council.example", "\x00" * 20, "Null characters are not allowed"),
        ("\u202eann@council.example", PASSWORD, "Enter a valid email address"),
    ],
)
def test_bad_input_ends_beside_its_field(client, person, login, password, message):
    answer = sign_in(client, login, password)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not is_signed_in(client)


def test_a_long_password_and_strange_keys_are_no_fault(client, person):
    assert sign_in(client, password="x" * 100_000).status_code == 200
    assert client.post(SIGN_IN, {"login": ["a", "b"], "other": "x"}).status_code == 200
    assert not is_signed_in(client)


def test_guessing_is_stopped(client, person):
    for _ in range(5):
        sign_in(client, password="not the password")
    answer = sign_in(client)
    assert "Too many failed attempts" in answer.content.decode()
    assert not is_signed_in(client)


def test_guessing_at_a_suspended_account_is_stopped_in_the_same_way(client, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    for _ in range(5):
        sign_in(client)
    assert "Too many failed attempts" in sign_in(client).content.decode()
    assert len(entries("sign_in_failed")) == 5


def test_thirty_attempts_a_minute_from_one_network_are_enough(client):
    for _ in range(30):
        sign_in(client, "")
    answer = sign_in(client, "")
    assert answer.status_code == 429
    assert "Wait a minute" in answer.content.decode()


@pytest.mark.parametrize(
    ("next_page", "lands"),
    [
        ("/your-account/", "/your-account/"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/your-account/", "/"),
    ],
)
def test_the_page_after_signing_in_is_one_of_ours(client, person, next_page, lands):
    assert sign_in(client, next=next_page)["Location"] == lands


def test_there_is_no_way_to_sign_up(client):
    names = ["account_signup", "account_reset_password", "account_email", "account_inactive"]
    for name in names:
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert not ClosedDoor().is_open_for_signup(None)
    page = client.get(SIGN_IN).content.decode().lower()
    assert "sign up" not in page
    assert "forgot" not in page


def test_signing_out_ends_the_session(client, person):
    sign_in(client)
    stolen = client.cookies["__Host-session"].value
    assert client.get("/sign-out/").status_code == 200
    assert is_signed_in(client)
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert not is_signed_in(client)
    client.cookies["__Host-session"] = stolen
    assert not is_signed_in(client)
    assert entries("signed_out") == [("signed_out", str(person.uid), {"how": "self"})]
    assert client.post("/sign-out/").status_code == 302
    assert len(entries("signed_out")) == 1


def change(client, old=PASSWORD, new=NEW, again=None):
    answers = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post("/password/", answers)


def test_a_changed_password_ends_every_other_session(client, person):
    elsewhere = Client()
    sign_in(client), sign_in(elsewhere)
    assert change(client)["Location"] == "/your-account/"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert entries("password_changed") == [("password_changed", str(person.uid), {})]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"old": "wrong"}, "Enter your current password"),
        ({"old": ""}, "Enter your current password"),
        ({"new": "too short"}, "at least 15 characters"),
        ({"new": "yfdbufnjh10305070"}, "too common"),
        ({"new": "ann@council.example"}, "too similar"),
        ({"new": PASSWORD}, "a password that you do not have already"),
        ({"again": "something else again"}, "same password each time"),
        ({"new": "\x00" * 20}, "Null characters"),
    ],
)
def test_a_password_that_is_not_changed(client, person, answers, message):
    sign_in(client)
    answer = change(client, **answers)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert entries("password_changed") == []


def test_a_password_somebody_else_saw_is_changed_first(client, person):
    User.objects.update(must_change_password=True)
    sign_in(client)
    for page in ("/your-account/", "/", "/people/"):
        assert client.get(page)["Location"] == "/password/"
    assert client.post("/session/extend/")["Location"] == "/password/"
    assert "Somebody else has seen" in client.get("/password/").content.decode()
    change(client)
    assert is_signed_in(client)


def test_changing_a_password_does_not_undo_a_suspension(client, person):
    sign_in(client)
    adapter = ClosedDoor()
    User.objects.update(is_active=False)
    adapter.set_password(person, NEW)
    person.refresh_from_db()
    assert not person.is_active


# Every method that is answered, on a page, on a POST-only address and on one that is not there.
METHODS = ["get", "post", "head"]
OTHER_METHODS = ["put", "patch", "delete", "options", "trace"]
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


@pytest.mark.parametrize("how", ["idle", "hours"])
def test_the_sign_in_page_says_why(client, how):
    words = {"idle": "nothing happened for 15 minutes", "hours": "signed in for 12 hours"}
    assert words[how] in client.get(f"{SIGN_IN}?ended={how}").content.decode()
    plain = client.get(SIGN_IN).content.decode()
    assert "signed out because" not in plain
    assert "signed out because" not in client.get(f"{SIGN_IN}?ended=<b>").content.decode()


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
    assert signing_in.is_fresh(client.session, now, 5)
    back_in_time(client, fresh_at=5 * MINUTE + 1)
    assert not signing_in.is_fresh(client.session, now, 5)
    answer = client.post("/confirm-it-is-you/?next=/your-account/", {"password": PASSWORD})
    assert answer["Location"] == "/your-account/"
    assert signing_in.is_fresh(client.session, timezone.now(), 5)


def test_a_wrong_password_does_not_make_it_fresh(client, person):
    sign_in(client)
    back_in_time(client, fresh_at=HOUR)
    for password in ("wrong", "", "\x00"):
        answer = client.post("/confirm-it-is-you/", {"password": password})
        assert answer.status_code == 200
    assert not signing_in.is_fresh(client.session, timezone.now(), 5)
    assert entries("sign_in_failed") == [("sign_in_failed", "", {"account": str(person.uid)})]


def pages():
    return next(part for part in root.urlpatterns if "accounts" in str(part)).url_patterns


def test_every_public_view_of_this_app_says_why():
    public = {
        pattern.name: pattern.callback.public_reason
        for pattern in pages()
        if hasattr(pattern.callback, "public_reason")
    }
    assert set(public) == {"account_login", "account_logout"}
    assert all(public.values())
    with pytest.raises(ValueError, match="reason"):
        public_view("")
    for pattern in pages():
        exempt = not getattr(pattern.callback, "login_required", True)
        assert exempt == (pattern.name in public)


def test_strangers_are_asked_to_sign_in(client):
    for pattern in pages():
        if pattern.name in ("account_login", "account_logout"):
            continue
        kwargs = {"uid": uuid4(), "reference": "IW-AAAA-AAAA", "code": "SV-AAAA"}
        named = {name: kwargs[name] for name in pattern.pattern.converters}
        for method in METHODS:
            answer = getattr(client, method)(reverse(pattern.name, kwargs=named))
            assert answer.status_code == 302, pattern.name
            assert answer["Location"].startswith(SIGN_IN)
