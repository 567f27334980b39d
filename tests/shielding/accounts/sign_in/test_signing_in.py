"""Signing in and out, and what guessing is answered."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from shielding import urls as root
from shielding.accounts.sign_in.adapter import ClosedDoor
from shielding.web.access import public as public_view
from tests.shielding.accounts.sign_in.support.sign_in import METHODS, SIGN_IN, is_signed_in, sign_in
from tests.support.entries import entries
from tests.support.people import PASSWORD, a_practitioner
from tests.support.statements import Statements

PUBLIC = {
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "demo_mail",
    "demo_mails",
    "factor_app",
    "factor_begin",
    "factor_codes",
    "factor_key",
    "factor_link",
    "factor_spoken_code",
    "lost_factor",
    "not_me_by_link",
    "recovery_code",
    "second_factor",
    "stage_leave",
}
pytestmark = pytest.mark.django_db


def test_the_right_password_opens_the_home_page(client, person):
    answer = sign_in(client, " ANN@council.example ")
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert is_signed_in(client)
    assert entries() == [("signed_in", str(person.uid), {})]
    assert client.get(SIGN_IN).status_code == 302


def test_a_pasted_address_opens_it_too_and_a_password_is_left_as_it_is(client, person):
    refused = sign_in(client, "ann@council.example", f"{PASSWORD}\u200b")
    assert "The email address or the password is not right" in refused.content.decode()
    page = client.get(SIGN_IN).content.decode()
    field = re.search(r'<input[^>]*name="login"[^>]*>', page)
    assert field
    assert 'autocomplete="email"' in field[0]
    assert 'autocapitalize="none" autocorrect="off" spellcheck="false" translate="no"' in field[0]
    sign_in(client, "\ufeff\u00a0ann\u200b@council.example –")
    assert is_signed_in(client)


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
    shapes = []
    for email in ("ann@council.example", "who@council.example"):
        with Statements() as queries:
            failed(email, "not the password")
        shapes.append([shape(query["sql"]) for query in queries.captured_queries])
    assert shapes[0] == shapes[1]
    assert "django_cache" not in str(shapes)  # the library's limits wait for a lock there


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
    names = ["account_signup", "account_email", "account_inactive", "account_set_password"]
    for name in names:
        with pytest.raises(NoReverseMatch):
            reverse(name)
    assert not ClosedDoor().is_open_for_signup(None)
    page = client.get(SIGN_IN).content.decode().lower()
    assert "sign up" not in page


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


def pages():
    return next(part for part in root.urlpatterns if "accounts" in str(part)).url_patterns


def test_every_public_view_of_this_app_says_why():
    public = {
        pattern.name: pattern.callback.public_reason
        for pattern in pages()
        if hasattr(pattern.callback, "public_reason")
    }
    assert set(public) == PUBLIC
    assert all(public.values())
    with pytest.raises(ValueError, match="reason"):
        public_view("")
    for pattern in pages():
        exempt = not getattr(pattern.callback, "login_required", True)
        assert exempt == (pattern.name in public)


def test_strangers_are_asked_to_sign_in(client):
    for pattern in pages():
        if pattern.name in PUBLIC:
            continue
        kwargs = {"uid": uuid4(), "reference": "IW-AAAA-AAAA", "code": "SV-AAAA", "token": "x"}
        named = {name: kwargs[name] for name in pattern.pattern.converters}
        for method in METHODS:
            answer = getattr(client, method)(reverse(pattern.name, kwargs=named))
            assert answer.status_code == 302, pattern.name
            assert answer["Location"].startswith(SIGN_IN)
