"""Choices and dates of an open page outlive its session, for the same person; nothing else does."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokerage.requester import actions as access_actions
from requests_app.models import Request
from shielding.accounts.models import User
from tests.requests_app.support.posts import address, sheet_post
from tests.support.people import PASSWORD, a_practitioner
from tests.support.requests import a_draft, a_number

pytestmark = pytest.mark.django_db
NUMBER = "CP87654321"


@pytest.fixture
def person():
    return a_practitioner(manager=a_practitioner())


@pytest.fixture
def draft(person):
    return a_draft(person)


def signed_in(person, **how: Any) -> Client:
    client = Client(**how)
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def sign_in_at(client: Client, person, **more: str):
    typed = {"login": person.email, "password": PASSWORD} | more
    return client.post(reverse("account_login"), typed)


def is_late(client: Client, *, minutes: int = 16) -> None:
    session = client.session
    session["seen_at"] = int((timezone.now() - timedelta(minutes=minutes)).timestamp())
    session.save()


def everything_said() -> dict[str, Any]:
    """Return a post of the first sheet, another origin chosen, and a number typed twice."""
    return {"number": NUMBER, "number_again": NUMBER, "origin": "practitioner"}


def kept_of(client: Client) -> dict[str, Any]:
    return client.session.get("kept", {}).get("answers", {})


def test_a_late_page_is_not_saved_and_is_there_again_for_the_same_person(person, draft):
    client, page = signed_in(person), address(draft, "record")
    is_late(client)
    answered = client.post(page, everything_said())
    assert answered.url == f"/sign-in/?ended=idle&next={page.replace('/', '%2F')}"
    assert kept_of(client) == {"origin": ["practitioner"]}
    told = client.get(answered.url).text
    assert "What you chose on the open page and its dates are there again" in told
    assert "Record numbers, what you confirmed and what you typed are not kept." in told
    back = sign_in_at(client, person, next=page)
    assert back.url == page
    form_page = client.get(page)
    form = form_page.context["form"]
    assert (form["origin"].value(), form.is_brought_back) == ("practitioner", True)
    assert "What you chose on this page and its dates are here again" in form_page.text
    # Nothing was saved, and it is brought back once.
    assert Request.objects.get(pk=draft.pk).origin == "family"
    again = client.get(page)
    assert (again.context["form"]["origin"].value(), "kept" in client.session) == ("family", False)
    assert "are here again" not in again.text
    assert all(NUMBER not in str(one.get_decoded()) for one in Session.objects.all())


def test_choices_and_days_are_kept_and_nothing_that_is_attested_or_typed(person, draft):
    client = signed_in(person)
    said = {
        "decision": sheet_post(draft, "decision")
        | {"supporter": str(person.line_manager.uid), "email": "someone@council.example"}
        | {"supported_on_day": "4", "supported_on_month": "March", "supported_on_year": "2026"},
        "done": sheet_post(draft, "done")
        | {"own_system": "yes", "own_system_on_pick": "2026-03-01", "lead_professional": "story"},
        "ground": {"ground": "asylum", "not_grounds": ["objection", "Dad is in prison"]},
    }
    kept = {}
    for slug, posted in said.items():
        is_late(client)
        client.post(address(draft, slug), posted)
        kept[slug] = kept_of(client)
        sign_in_at(client, person)
    today = timezone.localdate()
    assert kept == {
        "decision": {
            "decision": ["shield"],
            "considered_reason": ["whereabouts"],
            "supporter": [str(person.line_manager.uid)],
            "supported_on_day": ["4"],
            "supported_on_year": ["2026"],
        },
        "done": {
            "own_system": ["yes"],
            "own_system_on_day": [str(today.day)],
            "own_system_on_month": [str(today.month)],
            "own_system_on_year": [str(today.year)],
            "own_system_on_pick": ["2026-03-01"],
            "family_told": ["done"],
            "family_told_on_day": [str(today.day)],
            "family_told_on_month": [str(today.month)],
            "family_told_on_year": [str(today.year)],
        },
        "ground": {"ground": ["asylum"], "not_grounds": ["objection"]},
    }


def test_anybody_else_who_signs_in_takes_it_away(person, draft):
    client, other = signed_in(person), a_practitioner()
    is_late(client)
    client.post(address(draft, "record"), everything_said())
    sign_in_at(client, other)
    assert "kept" not in client.session
    assert client.get(address(draft, "record")).status_code == 404
    # Nor is it there when the first comes back.
    client.post(reverse("account_logout"))
    sign_in_at(client, person)
    assert client.get(address(draft, "record")).context["form"]["origin"].value() == "family"


def test_it_is_kept_for_a_day_s_work(person, draft, monkeypatch):
    client = signed_in(person)
    is_late(client)
    client.post(address(draft, "record"), everything_said())
    session = client.session
    session["kept"] |= {"at": int((timezone.now() - timedelta(hours=13)).timestamp())}
    session.save()
    sign_in_at(client, person)
    assert "kept" not in client.session


def test_a_post_without_the_page_s_own_token_keeps_nothing(person, draft):
    """Whoever has somebody else's browser post does not plant what they read after signing in."""
    page = address(draft, "record")
    for token, kept in (("", {}), ("x" * 64, {}), (None, {"origin": ["practitioner"]})):
        client = Client(enforce_csrf_checks=True)
        shown = client.get(reverse("account_login")).context["csrf_token"]
        typed = {"login": person.email, "password": PASSWORD, "csrfmiddlewaretoken": str(shown)}
        client.post(reverse("account_login"), typed)
        own = str(client.get(page).context["csrf_token"])
        is_late(client)
        posted = everything_said() | {"csrfmiddlewaretoken": own if token is None else token}
        late = client.post(page, posted)
        assert late.url.startswith("/sign-in/?ended=idle")
        assert (kept_of(client), "next=" in late.url) == (kept, token is None)


def test_the_page_itself_brings_it_before_it_ends_and_too_early_it_ends_nothing(person, draft):
    client, page, keep = signed_in(person), address(draft, "record"), reverse("session_keep")
    early = client.post(keep, everything_said() | {"page": page})
    assert (early.status_code, kept_of(client)) == (204, {})
    assert client.get(page).status_code == 200  # still signed in
    # The page's word is taken within the last minute, as that of the page it leads to.
    is_late(client, minutes=14)
    session = client.session
    session["seen_at"] -= 30
    session.save()
    ended = client.post(keep, everything_said() | {"page": page})
    assert (ended.status_code, kept_of(client)) == (204, {"origin": ["practitioner"]})
    assert client.get(page).status_code == 302
    sign_in_at(client, person)
    assert client.get(page).context["form"]["origin"].value() == "practitioner"


def test_pages_that_are_no_questions_keep_nothing(person, draft):
    client = signed_in(person)
    for path in ("/", "/requests/", address(draft, "check"), address(draft), "/nowhere/", "x", ""):
        is_late(client)
        client.post(reverse("session_keep"), everything_said() | {"page": path})
        assert "kept" not in client.session
        sign_in_at(client, person)


def test_an_access_request_too(person):
    access = access_actions.start_draft(by=person, now=timezone.now())
    page = reverse("access_page", args=[access.reference, "record"])
    client, number = signed_in(person), a_number()
    is_late(client)
    client.post(page, {"number": number, "number_again": number, "purpose": "health"})
    assert kept_of(client) == {"purpose": ["health"]}
    sign_in_at(client, person)
    assert client.get(page).context["form"]["purpose"].value() == "health"


def test_a_session_of_before_the_account_s_address_changed_keeps_nothing(person, draft):
    """Whoever had the old address may sit there: what they chose is not put before the person."""
    client = signed_in(person)
    is_late(client)
    User.objects.filter(pk=person.pk).update(sessions_from=timezone.now() + timedelta(seconds=5))
    answered = client.post(address(draft, "record"), everything_said())
    assert (answered.url, "kept" in client.session) == ("/sign-in/?ended=account", False)


def test_of_two_open_pages_only_the_one_that_is_kept_says_so(person, draft):
    client, page = signed_in(person), address(draft, "record")
    is_late(client)
    kept = client.post(page, everything_said()).url
    said = "What you chose on the open page and its dates are there again"
    lost = "What was on the open page was not saved"
    other = client.post(address(draft, "done"), sheet_post(draft, "done")).url
    elsewhere = f"/sign-in/?ended=idle&next={address(draft, 'done')}"
    told = [client.get(url).text for url in (kept, other, elsewhere)]
    assert [(said in text, lost in text) for text in told] == [
        (True, False), (False, True), (False, True)
    ]  # fmt: skip


def test_who_signs_in_where_somebody_else_was_begins_at_home(person, draft):
    """Not at the other's request, which would be there for nobody and a sign of misuse."""
    page, bea = address(draft, "record"), a_practitioner()
    for method in ("post", "get"):
        client = signed_in(person)
        is_late(client)
        ended = getattr(client, method)(page, everything_said() if method == "post" else {})
        assert "next=" in ended.url
        assert sign_in_at(client, bea, next=page).url == reverse("home")
        client.post(reverse("account_logout"))
        assert sign_in_at(client, bea, next=page).url == page  # nobody was there before
        client = signed_in(person)
        is_late(client)
        getattr(client, method)(page, everything_said() if method == "post" else {})
        assert sign_in_at(client, person, next=page).url == page


def test_a_page_older_than_its_session_is_not_acted_on_and_keeps_choices_and_dates(person, draft):
    """A second tab, whose reader signed in again in the first: its token is another's by now."""
    client, page = signed_in(person), address(draft, "record")
    client.handler.enforce_csrf_checks = True
    older = client.get(page).context["csrf_token"]
    client.handler.enforce_csrf_checks = False
    client.post(reverse("account_logout"))
    sign_in_at(client, person)
    client.handler.enforce_csrf_checks = True
    posted = everything_said() | {"csrfmiddlewaretoken": str(older)}
    elsewhere = client.post(page, posted, headers={"Sec-Fetch-Site": "same-site"})
    without = client.post(page, everything_said())
    assert (kept_of(client), elsewhere.status_code, without.status_code) == ({}, 403, 403)
    assert "open it again" not in elsewhere.text + without.text
    answered = client.post(page, posted, headers={"Sec-Fetch-Site": "same-origin"})
    assert answered.status_code == 403
    assert f'href="{page}">open it again' in answered.text
    assert kept_of(client) == {"origin": ["practitioner"]}
    assert Request.objects.get(pk=draft.pk).origin == "family"
    form = client.get(page).context["form"]
    assert (form["origin"].value(), form.is_brought_back) == ("practitioner", True)
    assert all(NUMBER not in str(one.get_decoded()) for one in Session.objects.all())
    # A page that keeps nothing says nothing of it.
    other = client.post(reverse("session_extend"), {"csrfmiddlewaretoken": str(older)})
    assert (other.status_code, "open it again" in other.text) == (403, False)
