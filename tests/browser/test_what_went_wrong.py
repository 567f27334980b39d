"""The pages for what went wrong, without fault themselves, and saying nothing of what it was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from shielding.accounts.attempts import budget
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner
from tests.support.requests import a_draft

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_has_its_page(at_a_browser: Callable[..., Visitor], settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.browser.support.failing_urls"
    somebody, faults = at_a_browser(), []
    for address, status in (
        ("/no-such-page/", 404),
        ("/button/", 405),
        ("/fails/nonsense/", 400),
        ("/fails/often/", 429),
        ("/fails/database/", 503),
        ("/fails/fault/", 500),
    ):
        somebody.open(address, status=status)
        somebody.does_not_read("a fault of ours", "no database", "Traceback")
        faults += [f"{address}: {fault}" for fault in somebody.faults()]
    assert faults == []


def test_too_much_in_an_hour_says_when_to_go_on_and_keeps_what_was_chosen(
    signed_in: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(budget.RULES, budget.Kind.WRITE, budget.Rule(1, hourly=True))
    draft = a_draft(person := a_practitioner())
    her = signed_in(person)
    page = reverse("request_page", args=[draft.reference, "record"])
    her.open(page)
    her.press("Continue")
    her.open(page)
    her.tick("I identified the need")
    her.expected_status = 429
    her.press("Continue")
    her.reads("What you sent last was not saved")
    assert her.faults() == []
    her.expected_status = 200
    her.follow("open the page again")
    assert her.page.get_by_label("I identified the need").is_checked()


def test_a_form_whose_session_is_gone_leads_back(at_a_browser: Callable[..., Visitor]) -> None:
    somebody = at_a_browser()
    somebody.open(reverse("account_login"))
    somebody.page.context.clear_cookies()
    somebody.expected_status = 403
    somebody.press("Sign in")
    assert somebody.faults() == []
