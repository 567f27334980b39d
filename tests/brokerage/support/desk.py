"""At the brokerage desk: addresses, what a page offers, and sending its forms."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from brokerage.desk import lists
from brokerage.desk.changed_meanwhile import last_against
from brokerage.models import AccessRequest, Liaison
from shielding import clock
from tests.brokerage.support.cast import Cast, agreed
from tests.brokerage.support.family import family_said
from tests.requests_app.support.posts import on

DESK = "/brokerage/"
CONFIRMED = {"called_back": "on"}


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def recent(
    cast: Cast, make: Callable[..., AccessRequest] = agreed, **changed: Any
) -> AccessRequest:
    """Return a request of some hours ago, needed for some weeks."""
    soon = clock.today(timezone.now()) + timedelta(days=30)
    return make(cast, now=days_ago(0.1), needed_until=soon, **changed)


def until(access: AccessRequest) -> dict[str, str]:
    """Return the last day on which contact may end, as the form posts it."""
    return on("granted_until", access.needed_until)


def page_of(access: AccessRequest) -> str:
    return f"{DESK}{access.reference}/"


def as_shown(access: AccessRequest) -> dict[str, str]:
    """Return what a page opened now posts back with each of its forms, unread."""
    access = AccessRequest.objects.get(pk=access.pk)
    heard, _where = last_against(access)
    return {"seen": access.changed_at.isoformat(), "heard": heard.isoformat()}


def send(browser: Client, access: AccessRequest, act: str, **answers: Any) -> Any:
    """Send one of the page's forms as the page has it now; follow to what comes of it."""
    return browser.post(f"{page_of(access)}{act}/", as_shown(access) | answers, follow=True)


def record_answer(browser: Client, liaison: Liaison, **answers: Any) -> Any:
    """Send a source's answer as the page has its form now; follow to what comes of it."""
    address = f"{page_of(liaison.access)}answers/{liaison.reference}/"
    asked_at = Liaison.objects.get(pk=liaison.pk).asked_at.isoformat()
    family = family_said(answers.get("answer", ""))
    return browser.post(address, {"asked_at": asked_at, "family": family} | answers, follow=True)


def forms_on(response: Any) -> list[str]:
    """Return the slugs of the forms a page offers; "answers" for each source that may be heard."""
    found = re.findall(r'action="/brokerage/IW-[^/]+/([a-z-]+)/', response.content.decode())
    return list(found)


def references(response: Any) -> list[str]:
    """Return the references of a list's rows, in order."""
    return re.findall(r'href="/brokerage/(IW-[^/]+)/"', response.content.decode())


def to_stop() -> list[str]:
    """Return the references of the contacts that the desk is to stop now, without its page."""
    found = lists.in_tab(AccessRequest.objects.all(), "to_stop", timezone.now())
    return [access.reference for access in found]


def count_in_tab(response: Any, label: str) -> int:
    found = re.search(rf">{label} \((\d+)\)<", response.content.decode())
    assert found is not None
    return int(found.group(1))
