"""Two minutes before the session ends a dialog says so, and one press keeps it."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.support.people import PASSWORD, a_practitioner
from tests.support.requests import a_draft

pytestmark = pytest.mark.django_db(transaction=True)

# Half a minute less than the limit: see shielding.web.navigation.Shell.idle_seconds.
IDLE = settings.SESSION_IDLE_MINUTES * 60 - 30


@pytest.fixture
def page(signed_in: SignIn) -> Page:
    """A signed-in person's guidance page whose clock the test moves."""
    page = signed_in(a_practitioner()).page
    page.clock.install()
    page.goto("/guidance/")
    return page


def wait(page: Page, seconds: int) -> None:
    page.clock.run_for(seconds * 1000)


def test_it_warns_says_how_long_and_stays_signed_in_at_one_press(page: Page):
    dialog = page.get_by_role("dialog", name="You are about to be signed out")
    wait(page, IDLE - 125)
    expect(dialog).to_be_hidden()
    wait(page, 6)
    expect(dialog).to_contain_text("signed out in 2 minutes")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    wait(page, 62)
    expect(dialog).to_contain_text("signed out in 1 minute.")
    with page.expect_response("**/session/extend/") as answered:
        page.get_by_role("button", name="Stay signed in").click()
    assert answered.value.status == 204
    expect(dialog).to_be_hidden()
    wait(page, IDLE - 130)
    expect(dialog).to_be_hidden()


def test_escape_is_an_answer_too(page: Page):
    dialog = page.get_by_role("dialog", name="You are about to be signed out")
    wait(page, IDLE - 100)
    with page.expect_response("**/session/extend/"):
        page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_it_leaves_the_page_when_the_time_is_over(page: Page):
    """The server counts from up to half a minute later, and takes the page's word all the same."""
    session = Session.objects.get()
    stamps = SessionStore(session.session_key)
    stamps["seen_at"] = int(time.time()) - IDLE
    stamps.save()
    with page.expect_request("**/sign-in/?ended=idle&next=%2Fguidance%2F"):
        wait(page, IDLE + 1)
    expect(page.get_by_text("nothing happened for 15 minutes")).to_contain_text(
        "What was on the open page was not saved."
    )
    expect(page.get_by_role("textbox", name="Password")).to_be_visible()


def test_typing_is_presence_at_most_every_half_minute(page: Page):
    dialog = page.get_by_role("dialog", name="You are about to be signed out")
    page.goto("/requests/start/")
    page.get_by_role("button", name="Start a request").click()
    told: list[str] = []
    page.on("request", lambda one: told.append(one.url) if "extend" in one.url else None)
    number = page.get_by_label("Record number", exact=True)
    wait(page, IDLE - 125)
    with page.expect_response("**/session/extend/") as answered:
        number.press_sequentially("CP1")
    assert answered.value.status == 204
    wait(page, 20)
    number.press_sequentially("23")
    assert len(told) == 1
    wait(page, IDLE - 145)
    expect(dialog).to_be_hidden()
    with page.expect_response("**/session/extend/"):
        number.press_sequentially("4")
    assert len(told) == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_chosen_is_there_again_and_the_number_never_left_the_page(
    signed_in: SignIn, javascript: bool
) -> None:
    draft = a_draft(person := a_practitioner())
    her = signed_in(person, javascript=javascript)
    if javascript:
        her.page.clock.install()
    her.open(reverse("request_page", args=[draft.reference, "record"]))
    her.write("Record number", "CP76543210")
    her.tick("I identified the need")
    session = Session.objects.get()
    stamps = SessionStore(session.session_key)
    stamps["seen_at"] = int(time.time()) - IDLE - (0 if javascript else 31)
    stamps.save()
    if javascript:
        # The page sees by its own clock that the time is over.
        with her.page.expect_request("**/session/keep/") as kept:
            wait(her.page, IDLE + 1)
        assert "CP76543210" not in (kept.value.post_data or "")
        her.page.wait_for_url("**/sign-in/**")
    else:
        her.press("Continue")
    her.reads("What you chose on the open page and its dates are there again")
    her.write("Work email address", person.email)
    her.write("Password", PASSWORD)
    her.press("Sign in")
    her.reads("What you chose on this page and its dates are here again")
    her.reads("Record numbers, what you confirmed and what you typed")
    assert her.page.get_by_label("I identified the need").is_checked()
    assert her.page.get_by_label("Record number", exact=True).input_value() == ""


def test_another_tab_of_the_same_browser_counts(page: Page):
    dialog = page.get_by_role("dialog", name="You are about to be signed out")
    wait(page, IDLE - 100)
    expect(dialog).to_be_visible()
    other = page.context.new_page()
    other.goto("/guidance/")
    expect(dialog).to_be_hidden()
