"""The pages for what went wrong, without fault themselves, and saying nothing of what it was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from tests.browser.support.visitor import Visitor

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


def test_a_form_whose_session_is_gone_leads_back(at_a_browser: Callable[..., Visitor]) -> None:
    somebody = at_a_browser()
    somebody.open(reverse("account_login"))
    somebody.page.context.clear_cookies()
    somebody.expected_status = 403
    somebody.press("Sign in")
    assert somebody.faults() == []
