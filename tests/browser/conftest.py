"""Real Chromium against the real server and database. Each person sits at a browser of their own.

The site is what pytest-django's `live_server` serves.
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Playwright, ViewportSize, sync_playwright

from shielding.accounts.models import User
from shielding.embedded import browser as chromium
from tests.browser.support.caseload import Caseload, a_caseload
from tests.browser.support.visitor import DESKTOP, Visitor

# Nothing is looked up, updated or synchronised behind a test's back.
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # A page runs its scripts once, axe's half a megabyte among them: to make fast code of what is
    # never met again took a sixth of the time of the process that draws it.
    "--js-flags=--no-opt,--no-maglev,--always-sparkplug",
]
SignIn = Callable[..., Visitor]


@pytest.fixture(scope="session", autouse=True)
def _assets_are_built() -> None:
    if not (settings.VAR / "static" / "app.css").exists():
        pytest.fail("var/static is empty: run `npm ci && npm run build`, or `make test`.")


@pytest.fixture(scope="session")
def playwright(django_db_setup: None) -> Iterator[Playwright]:
    """Playwright, whose event loop lives in this thread until the last test of the session.

    Django keeps other connections to the database while a loop runs than before and after it, and
    reaches only the ones of now: those of before and those of the loop are closed in time, or the
    test database could not be dropped at the end.
    """
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # queries are made beside the loop
        yield started
        connections.close_all()


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start the Chromium that `make test` found or fetched. Without one: skipped, in CI failed."""
    found = chromium.find()
    if not found:
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("No Chromium on this machine. Set CHROMIUM=/path/to/chromium.")
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    started = playwright.chromium.launch(executable_path=found, args=QUIET + as_root)
    yield started
    started.close()


@pytest.fixture
def at_a_browser(live_server: Any, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Sit somebody down at a browser of their own; at the end no console may have complained."""
    visitors: list[Visitor] = []

    def sit_down(
        *, javascript: bool = True, viewport: ViewportSize = DESKTOP, name: str = "somebody"
    ) -> Visitor:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            viewport=viewport,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        visitors.append(Visitor(context.new_page(), name))
        return visitors[-1]

    yield sit_down
    for visitor in visitors:
        visitor.page.context.close()
    complaints = [line for visitor in visitors for line in visitor.complaints]
    assert complaints == []


@pytest.fixture
def signed_in(at_a_browser: Callable[..., Visitor]) -> SignIn:
    """Sign a person in, and return them at their browser on the home page."""

    def sign_in(person: User, **browser: Any) -> Visitor:
        visitor = at_a_browser(name=person.name, **browser)
        visitor.sign_in(person)
        return visitor

    return sign_in


@pytest.fixture
def case() -> Caseload:
    return a_caseload()


@pytest.fixture
def seated(
    case: Caseload, at_a_browser: Callable[..., Visitor], signed_in: SignIn
) -> Callable[[str], Visitor]:
    """Put somebody into a seat of the office, once, signed in unless the seat is nobody's."""

    @cache
    def sit(who: str) -> Visitor:
        person = getattr(case.office, who)
        return signed_in(person) if person else at_a_browser()

    return sit
