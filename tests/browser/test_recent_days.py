"""Today and yesterday beside a date: a click, and typing takes it back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Locator

from tests.browser.support.asking import page_of, today
from tests.browser.support.visitor import PHONE, Visitor
from tests.support.requests import a_draft

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


def _at_the_date(signed_in: SignIn, **how: object) -> tuple[Visitor, Locator]:
    draft = a_draft()
    her = signed_in(draft.practitioner, **how)
    her.open(reverse("request_page", args=[draft.reference, "who-asked"]))
    return her, her.page.get_by_role("group", name="When did you confirm it?")


def test_typing_takes_a_click_back_and_a_click_what_was_typed(signed_in: SignIn) -> None:
    her, group = _at_the_date(signed_in, viewport=PHONE)
    # The day of the draft is long past: it stands in the inputs, as another day.
    assert group.get_by_label("Another day").is_checked()
    group.get_by_label("Yesterday").check()
    assert group.get_by_label("Day", exact=True).input_value() == ""
    group.get_by_label("Day", exact=True).fill("4")
    assert group.get_by_label("Another day").is_checked()
    group.get_by_label("Today").check()
    her.press("Continue")
    assert page_of(her) == "check"
    her.reads(f"Identity confirmed on {today():%-d %B %Y}")


def test_without_javascript_two_days_are_asked_about(signed_in: SignIn) -> None:
    her, group = _at_the_date(signed_in, javascript=False)
    group.get_by_label("Yesterday").check()
    her.press("Continue")
    her.reads("Choose today or yesterday, or enter another day, not both")
    for part in ("Day", "Month", "Year"):
        group.get_by_label(part, exact=True).fill("")
    her.press("Continue")
    yesterday = today() - timedelta(days=1)
    her.reads(f"Identity confirmed on {yesterday:%-d %B %Y}")
