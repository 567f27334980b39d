"""Who gets in while somebody else tries passwords, and what trying too often is answered."""

import re
import threading
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from django.core import mail as outbox
from django.test import Client, RequestFactory
from django.utils import timezone

from shielding.accounts.attempts import known, tries, turns
from shielding.accounts.attempts.budget import Kind, TooMany, take
from shielding.accounts.attempts.models import Budget, RefusedTries
from shielding.notices import delivery
from shielding.notices.models import Notice
from tests.shielding.accounts.attempts.support.tries import (
    SIGN_IN,
    WRONG,
    a_browser,
    signs_in,
    tried,
)
from tests.support.entries import entries
from tests.support.people import PASSWORD, a_practitioner, an_iw_member
from tests.support.statements import Statements

NEW = "a passphrase nobody has thought of"
pytestmark = pytest.mark.django_db


def cookie_of(browser):
    return browser.cookies[known.COOKIE]


def a_known_browser(email="ann@council.example", **more):
    browser = a_browser(**more)
    assert signs_in(browser, email)
    browser.post("/sign-out/")
    return browser


def link_for(email):
    Client().post("/forgotten-password/", {"email": email})
    delivery.deliver(timezone.now())
    return re.findall(r"http://127\.0\.0\.1:8000(/new-password/\S+)", outbox.outbox[-1].body)[-1]


def chooses(browser, link, password=NEW):
    page = browser.get(link).url
    return browser.post(page, {"password1": password, "password2": password})


def test_four_wrong_tries_are_free_and_the_fifth_waits(client, person):
    assert [tried(client) for _ in range(6)] == [200] * 4 + [429] * 2
    answer = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 15
    assert re.search(r"Wait 1?\d seconds, then try again", page)
    assert "01632 960 002" in page
    assert client.get("/your-account/").status_code == 302
    assert len(entries("sign_in_failed")) == 4  # what was looked at, and nothing of what was not


def test_a_try_is_refused_the_same_whether_there_is_such_an_account_or_not(person):
    a_practitioner(email="gone@council.example", is_active=False)
    pages, shapes = [], []
    for number, email in enumerate((person.email, "gone@council.example", "who@council.example")):
        browser = a_browser(f"192.0.2.{number}")
        for _ in range(4):
            assert tried(browser, email, PASSWORD if "gone" in email else WRONG) == 200
        with Statements() as statements:
            answer = browser.post(SIGN_IN, {"login": email, "password": PASSWORD})
        shapes.append([query["sql"][:24] for query in statements.captured_queries])
        page = re.sub(r'value="\w{64}"', "", answer.content.decode())
        pages.append((answer.status_code, re.sub(r"Wait \d+", "Wait", page)))
    assert pages[0][0] == 429
    assert pages[0] == pages[1] == pages[2]
    assert shapes[0] == shapes[1] == shapes[2]


def test_a_browser_that_is_known_to_somebody_costs_the_same_for_anybody(person):
    ours, shapes = a_known_browser(), []
    for email in ("bob@council.example", "who@council.example"):
        if email.startswith("bob"):
            a_practitioner(email=email)
        with Statements() as statements:
            assert tried(ours, email) == 200
        shapes.append([query["sql"][:24] for query in statements.captured_queries])
    assert shapes[0] == shapes[1]


def test_two_hundred_people_behind_one_address_sign_in(person):
    """Within one minute, every fourth after a slip of the keyboard, as people do."""
    a_minute, refused = RequestFactory(REMOTE_ADDR="192.0.2.1").post(SIGN_IN), 0
    for number in range(200):
        email = f"p{number}@council.example"
        try:
            if number % 4 == 0:
                tries.before_password(a_minute, email)
            tries.before_password(a_minute, email).right()
        except TooMany:
            refused += 1
    assert refused == 0
    assert Budget.objects.get(kind=Kind.NETWORK).tries == 50
    late = [a_practitioner(email=f"late{number}@council.example") for number in range(5)]
    assert [tried(a_browser(), one.email, PASSWORD) for one in late] == [302] * 5
    assert RefusedTries.objects.count() == 0


@pytest.mark.parametrize("times", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_ten_thousand_wrong_tries_get_nowhere_while_the_owner_gets_in(person, times):
    """From as many addresses, within six hours; the last of them at the pages themselves."""
    owner = a_known_browser(address="198.51.100.7")
    begun, looked_at = timezone.now() - timedelta(hours=6), 0
    for number in range(times):
        try:
            take(Kind.ACCOUNT, person.email, now=begun + number * timedelta(hours=6) / times)
            looked_at += 1
        except TooMany:
            continue
    assert looked_at < 50
    wear_out(person.email)
    thieves = [a_browser(f"203.0.113.{number}") for number in range(20)]
    # Even who has guessed it by now is not let in: nothing is looked at.
    assert {tried(thief, password=PASSWORD) for thief in thieves} == {429}

    assert signs_in(owner)
    elsewhere = a_browser("198.51.100.99")
    assert tried(elsewhere, password=PASSWORD) == 429
    chooses(elsewhere, link_for(person.email))
    assert signs_in(elsewhere, password=NEW)
    assert {tried(thief, password=NEW) for thief in thieves} == {429}


def test_a_thief_at_one_address_waits_alone(person):
    thief = a_browser("203.0.113.1")
    assert [tried(thief) for _ in range(30)] == [200] * 4 + [429] * 26
    # What one count refused the others did not count.
    assert set(Budget.objects.values_list("kind", "tries")) == {
        (Kind.NETWORK, 4),
        (Kind.PAIR, 4),
        (Kind.ACCOUNT, 4),
    }
    assert signs_in(a_browser("198.51.100.7"))


def test_nothing_a_browser_says_begins_another_count(settings, person):
    settings.ALLOWED_HOSTS = ["*"]
    settings.TRUSTED_PROXY_COUNT = 1
    number = count()

    def one():
        n = next(number)
        headers = {
            "HTTP_X_FORWARDED_FOR": f"203.0.113.{n}, 192.0.2.1",
            "HTTP_X_FORWARDED_HOST": f"h{n}.example",
            "HTTP_X_REAL_IP": f"203.0.113.{n}",
            "HTTP_FORWARDED": f"for=203.0.113.{n}",
            "HTTP_HOST": f"testserver:{8000 + n}",
            "HTTP_USER_AGENT": f"Browser {n}",
        }
        return tried(Client(**headers))

    assert [one() for _ in range(6)] == [200] * 4 + [429] * 2


def test_a_network_has_so_many_wrong_tries_an_hour_and_a_known_browser_passes(person):
    owner, stranger = a_known_browser(), a_practitioner(email="bob@council.example")
    take(Kind.NETWORK, "192.0.2.1")
    Budget.objects.filter(kind=Kind.NETWORK).update(
        tries=300, until=timezone.now() + timedelta(minutes=20)
    )
    assert tried(a_browser(), stranger.email, PASSWORD) == 429
    # It fills the table with no more addresses.
    rows = Budget.objects.count()
    assert tried(a_browser(), "another@council.example") == 429
    assert Budget.objects.count() == rows
    assert signs_in(owner)
    assert signs_in(a_browser("192.0.2.2"), stranger.email)


def test_the_cookie_is_for_this_host_and_no_script_and_names_nobody(person):
    cookie = cookie_of(a_known_browser())
    assert re.fullmatch(r"[0-9a-f]{64}", cookie.value)
    assert cookie["secure"]
    assert cookie["httponly"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Strict", "/", "")
    assert cookie["max-age"] == 90 * 24 * 60 * 60
    assert person.uid.hex[:8] not in cookie.value


def test_a_wrong_try_or_a_page_makes_no_browser_known(client, person):
    tried(client)
    client.get(SIGN_IN)
    assert known.COOKIE not in client.cookies


def test_a_known_browser_is_known_until_the_password_is_another(person):
    browser = a_known_browser()
    person.set_password(NEW)
    person.save()
    wear_out(person.email)
    assert tried(browser, password=NEW) == 429


def test_whoever_changes_their_password_is_known_by_the_new_one(person):
    browser = a_browser()
    signs_in(browser)
    both = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert browser.post("/password/", both).status_code == 302
    browser.post("/sign-out/")
    wear_out(person.email)
    assert signs_in(browser, password=NEW)


def test_five_people_may_share_a_computer_and_the_sixth_takes_the_place_of_the_first(person):
    people = [a_practitioner(email=f"p{number}@council.example") for number in range(6)]
    browser = a_browser()
    for one in [*people, people[5]]:  # twice is no second place
        signs_in(browser, one.email)
        browser.post("/sign-out/")
    assert len(cookie_of(browser).value.split(".")) == 5
    for one in people:
        wear_out(one.email)
    knows = []
    for one in people:
        knows.append(signs_in(browser, one.email))
        browser.post("/sign-out/")
    assert knows == [False, *[True] * 5]


def test_a_cookie_of_ones_own_making_is_no_cookie(person):
    value = cookie_of(a_known_browser()).value
    wear_out(person.email)
    makings = ["0" * 64, value[::-1], value[:32] + "a" * 32, value[:63], f"{value}0", "x" * 9000]
    for making in [*makings, "\x00." * 50, ".".join([*["0" * 64] * 5, value])]:
        browser = a_browser("203.0.113.1")
        browser.cookies[known.COOKIE] = making
        assert tried(browser, password=PASSWORD) == 429
    browser.cookies[known.COOKIE] = f"nonsense.{value}"
    assert tried(browser, password=PASSWORD) == 302


def test_of_another_account_a_known_browser_knows_nothing(person):
    browser = a_known_browser()
    other = a_practitioner(email="bob@council.example")
    wear_out(other.email)
    assert tried(browser, other.email, PASSWORD) == 429


def test_a_known_browser_waits_too_and_after_twenty_wrong_is_a_stranger(person):
    browser = a_known_browser()
    assert [tried(browser) for _ in range(5)] == [200] * 4 + [429]
    assert {one.kind for one in Budget.objects.filter(tries__gt=0)} == {Kind.KNOWN}
    Budget.objects.filter(kind=Kind.KNOWN).update(tries=20, until=None)
    assert tried(browser) == 200
    assert Budget.objects.filter(kind=Kind.ACCOUNT).get().tries == 1


def wear_out(email):
    """Let strangers have no try left at this account."""
    with suppress(TooMany):
        take(Kind.ACCOUNT, email)
    Budget.objects.filter(kind=Kind.ACCOUNT).update(
        tries=40, until=timezone.now() + timedelta(minutes=10)
    )


# --- The password once more, and its change ------------------------------------------------------


def test_the_password_once_more_has_a_count_of_its_own_session(person):
    thief, owner = a_browser(), a_browser()
    signs_in(thief)
    signs_in(owner)
    page = "/confirm-it-is-you/"
    answers = [thief.post(page, {"password": WRONG}).status_code for _ in range(5)]
    assert answers == [200] * 4 + [429]
    both = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert thief.post("/password/", both).status_code == 429
    assert owner.post(page, {"password": PASSWORD}).status_code == 302
    assert len(entries("sign_in_failed")) == 4
    assert [row.account for row in RefusedTries.objects.all()] == [person.uid]
    assert RefusedTries.objects.get().tries == 2


def test_a_wrong_password_before_a_change_is_counted_and_an_entry(person):
    browser = a_browser()
    signs_in(browser)
    wrong = {"oldpassword": WRONG, "password1": NEW, "password2": NEW}
    answers = [browser.post("/password/", wrong) for _ in range(5)]
    assert (
        "Enter your current password" in answers[0].content.decode()
        or answers[0].status_code == 200
    )
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert len(entries("sign_in_failed")) == 4


# --- Links --------------------------------------------------------------------------------------


def test_a_link_is_mailed_once_in_ten_minutes_and_asking_is_never_refused_for_it(person):
    wear_out(person.email)
    answers = {a_browser().post("/forgotten-password/", {"email": person.email}).url for _ in "123"}
    assert answers == {"/forgotten-password/sent/"}
    assert Notice.objects.count() == 1
    assert len(entries("password_link_asked")) == 3
    Budget.objects.filter(kind=Kind.MAIL).update(until=timezone.now())
    a_browser().post("/forgotten-password/", {"email": f" {person.email.upper()}"})
    assert Notice.objects.count() == 2


def test_a_network_asks_for_and_tries_so_many_links_an_hour(person):
    good = link_for(person.email)
    Budget.objects.filter(kind=Kind.LINKS).update(tries=299, until=None, last_at=timezone.now())
    browser = a_browser("127.0.0.1")
    assert browser.get("/new-password/1/nonsense/").status_code == 200
    assert browser.get("/new-password/1/nonsense/").status_code == 429
    assert browser.post("/forgotten-password/", {"email": "who@council.example"}).status_code == 429
    assert chooses(browser, good).status_code == 302  # what is good is kept out by nobody


def test_a_link_makes_a_browser_known_to_its_owner_alone(person):
    signed_in = a_browser()
    other = an_iw_member(email="bob@council.example")
    signs_in(signed_in, other.email)
    chooses(signed_in, link_for(person.email))
    wear_out(person.email)
    assert signs_in(signed_in, password=NEW)


# --- Two at once --------------------------------------------------------------------------------


def test_two_passwords_are_looked_at_at_once_and_who_has_no_turn_has_not_tried(
    client, person, monkeypatch
):
    monkeypatch.setattr(turns, "_PATIENCE", 0.05)
    monkeypatch.setattr(turns, "_turns", threading.BoundedSemaphore(turns.AT_ONCE))
    with turns.a_turn(), turns.a_turn():
        answer = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD})
        assert (answer.status_code, answer["Retry-After"]) == (429, "2")
    assert set(Budget.objects.values_list("tries", flat=True)) == {0}
    assert signs_in(client)
