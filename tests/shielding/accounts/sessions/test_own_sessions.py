"""Where a person is signed in: seen by them alone, and ended in other browsers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.sessions import actions
from shielding.accounts.sessions.models import SignedIn
from shielding.notices.password_links import PasswordLinks
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.support.desk import main
from tests.shielding.accounts.sign_in.support.sign_in import back_in_time, is_signed_in, sign_in
from tests.support.entries import entries
from tests.support.people import a_practitioner

pytestmark = pytest.mark.django_db
PAGE = "/your-account/sign-ins/"
PHONE = "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/29.0 Chrome/136.0 Mobile Safari/537.36"
HOUR = 3600


def signed_in_as(person, **meta):
    client = Client(**meta)
    sign_in(client, person.email)
    return client


@pytest.fixture
def ann():
    return a_practitioner()


@pytest.fixture
def laptop(ann):
    return signed_in_as(ann, HTTP_USER_AGENT="Firefox/145.0 Windows", REMOTE_ADDR="192.0.2.7")


@pytest.fixture
def phone(ann):
    return signed_in_as(ann, HTTP_USER_AGENT=PHONE, REMOTE_ADDR="2001:db8::9")


def row_of(client):
    return SignedIn.objects.get(uid=client.session["signed_in"])


def test_a_person_sees_their_own_alone_with_device_and_address(ann, laptop, phone):
    other = a_practitioner()
    signed_in_as(other, HTTP_USER_AGENT="Edg/1 Macintosh; Mac OS X", REMOTE_ADDR="203.0.113.4")
    was = signed_in_as(ann, HTTP_USER_AGENT="CriOS/1 iPad", REMOTE_ADDR="203.0.113.5")
    was.post("/sign-out/")
    page = laptop.get(PAGE)
    shown = main(page)
    here, there = shown.index("Firefox on Windows: here, now"), shown.index("Samsung Internet on A")
    assert here < there < shown.index("Where you were signed in before")
    for address in ("192.0.2.7", "2001:db8::9", "203.0.113.5"):
        assert address in shown
    assert "Chrome on an iPad" in shown
    assert "203.0.113.4" not in shown
    assert "Edge" not in shown
    assert page.text.count("Sign out there") == 1
    # Nobody else reads where: of those who may read the most, not one page has the address.
    assert "192.0.2.7" not in signed_in_as(other).get(PAGE).text


def test_one_that_was_closed_without_a_word_is_over_by_the_clock(ann, laptop, phone):
    idle = timezone.now() - timedelta(minutes=15)
    SignedIn.objects.filter(pk=row_of(phone).pk).update(seen_at=idle)
    shown = main(laptop.get(PAGE))
    assert "Sign out everywhere" not in shown
    assert shown.index("before") < shown.index("Samsung Internet on Android")
    assert "By itself" in shown


def test_one_is_ended_and_its_browser_hears_why(ann, laptop, phone):
    end = reverse("own_session_end", args=[row_of(phone).uid])
    assert main(laptop.post(end, follow=True)).count("Sign out there") == 0
    assert is_signed_in(laptop)
    answer = phone.get(PAGE, follow=True)
    assert answer.redirect_chain[0][0].startswith("/sign-in/?ended=elsewhere")
    assert "signed out by yourself from another browser" in main(answer)
    assert entries("own_sessions_ended") == [("own_sessions_ended", str(ann.uid), {"count": 1})]
    laptop.post(end)
    assert len(entries("own_sessions_ended")) == 1


def test_neither_somebody_elses_nor_this_one_is_ended_so(ann, laptop):
    other, now = a_practitioner(), timezone.now()
    here = row_of(laptop)
    assert laptop.post(reverse("own_session_end", args=[here.uid])).status_code == 409
    theirs = row_of(signed_in_as(other))
    assert laptop.post(reverse("own_session_end", args=[theirs.uid])).status_code == 404
    with pytest.raises(NotAllowed):
        actions.end_one(theirs, here=here.uid, by=ann, now=now)
    with pytest.raises(WrongState):
        actions.end_one(here, here=here.uid, by=ann, now=now)
    assert SignedIn.objects.not_ended().count() == 2


def test_everywhere_else_is_ended_and_this_one_lasts_no_longer(ann, laptop, phone):
    """The 12 hours are counted from when it began, however often the others are ended."""
    link = PasswordLinks().make_token(ann)
    back_in_time(laptop, auth_at=11 * HOUR)
    began = laptop.session["auth_at"], row_of(laptop).began_at
    laptop.post("/your-account/sign-ins/end-others/")
    assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)
    assert (laptop.session["auth_at"], row_of(laptop).began_at) == began
    # A thief who is signed in cannot kill the links that the owner asks for.
    ann.refresh_from_db()
    assert PasswordLinks().check_token(ann, link)
    back_in_time(laptop, auth_at=1 * HOUR)
    answer = laptop.post("/your-account/sign-ins/end-others/")
    assert answer["Location"].startswith("/sign-in/?ended=hours")
    assert {one.ended_how for one in SignedIn.objects.visible_to(ann)} == {"elsewhere", "hours"}


def test_when_and_from_where_it_was_last_used_is_kept_twice_a_minute(ann, phone):
    row = row_of(phone)
    phone.get(PAGE, REMOTE_ADDR="2001:db8::10")
    assert row_of(phone).address == "2001:db8::9"
    back_in_time(phone, seen_at=31)
    phone.get(PAGE, REMOTE_ADDR="2001:db8::10")
    assert row_of(phone).address == "2001:db8::10"
    assert row_of(phone).seen_at > row.seen_at


def test_signing_out_empties_what_pages_kept_and_our_own_cookies_alone(laptop):
    answer = laptop.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    expired = {name for name, one in answer.cookies.items() if one["max-age"] == 0}
    assert expired == {"__Host-session", "__Host-csrf"}
    assert {one["path"] for one in answer.cookies.values()} == {"/"}
    assert all(one["secure"] for one in answer.cookies.values())
    assert "Clear-Site-Data" not in laptop.get("/sign-in/").headers
