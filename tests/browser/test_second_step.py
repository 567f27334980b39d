"""Signing in with a key, by Chromium's virtual one, and with a code where there is no JavaScript.

Each page is looked at on the way: at a desk and on a phone, by the accessibility rules.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from logbook.days import real_now
from shielding.accounts.models import User
from shielding.accounts.second_factor.models import Factor
from tests.browser.support.visitor import Visitor
from tests.shielding.accounts.second_factor.support.factors import code_of
from tests.shielding.accounts.second_factor.support.signing_in import (
    codes_on,
    mailed_link,
    secret_on,
)
from tests.support.people import PASSWORD, a_practitioner

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Visitor]
HOME = "/"


@pytest.fixture
def person(settings: Any, live_server: Any) -> User:
    """Somebody with a password, where browsers offer keys: the site has a name."""
    settings.SECOND_FACTOR = True
    settings.SITE_URL = f"{live_server.url}/"
    return a_practitioner()


def a_key(visitor: Visitor) -> Any:
    """Give a browser a key that needs no touch, and return how to command it."""
    commands = visitor.page.context.new_cdp_session(visitor.page)
    commands.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    commands.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return commands


def give_password(visitor: Visitor, person: User) -> None:
    visitor.open("/sign-in/")
    visitor.write("Work email address", person.email)
    visitor.write("Password", PASSWORD)
    visitor.press("Sign in")


def open_link(visitor: Visitor) -> None:
    """Open the mailed link in this browser, which alone may set up a first factor."""
    visitor.open(mailed_link())
    visitor.press("It was me: go on")


def looked_at(visitor: Visitor) -> None:
    assert visitor.faults() == []


def keep_codes(visitor: Visitor) -> list[str]:
    codes = codes_on(visitor.page.content())
    looked_at(visitor)
    visitor.tick("I have kept these codes where I find them without my phone")
    visitor.press("Go on")
    return codes


def title(visitor: Visitor) -> str:
    return str(visitor.page.get_by_role("heading", level=1).inner_text())


def test_a_key_is_set_up_signs_in_and_a_second_one_is_added(
    person: User, at_a_browser: SitDown
) -> None:
    visitor = at_a_browser()
    a_key(visitor)
    give_password(visitor, person)
    assert title(visitor) == "Look at your email"
    looked_at(visitor)
    open_link(visitor)
    assert title(visitor) == "Set up a second step"
    looked_at(visitor)
    visitor.tick("Security key or passkey")
    visitor.press("Continue")
    looked_at(visitor)
    visitor.press("Set up my key")
    assert title(visitor) == "Keep your recovery codes"
    assert len(keep_codes(visitor)) == 10
    assert visitor.page.url.endswith("/")
    visitor.press("Sign out")
    give_password(visitor, person)
    assert title(visitor) == "One more step to sign in"
    looked_at(visitor)
    visitor.press("Use my key")
    visitor.open("/your-account/second-step/")
    assert visitor.page.get_by_text("last used on").count() == 1
    (key,) = Factor.objects.filter(kind="key")
    assert key.sign_count is not None
    # The same authenticator again is refused by the browser itself, and the page says so.
    visitor.follow("Add an app or a key")
    visitor.tick("Security key or passkey")
    visitor.press("Continue")
    visitor.page.get_by_role("button", name="Set up my key", exact=True).click()
    visitor.page.get_by_text("The key did not answer. Try again.").wait_for()
    looked_at(visitor)
    assert Factor.objects.count() == 1


def test_without_javascript_an_app_is_set_up_and_a_recovery_code_signs_in(
    person: User, at_a_browser: SitDown
) -> None:
    visitor = at_a_browser(javascript=False)
    give_password(visitor, person)
    open_link(visitor)
    visitor.tick("Authenticator app")
    visitor.press("Continue")
    assert title(visitor) == "Set up your app"
    secret = secret_on(visitor.page.content())
    visitor.write("Code", code_of(secret, real_now()))
    visitor.press("Go on")
    codes = codes_on(visitor.page.content())
    visitor.tick("I have kept these codes where I find them without my phone")
    visitor.press("Go on")
    visitor.press("Sign out")
    give_password(visitor, person)
    visitor.write("Code", code_of(secret, real_now() + timedelta(seconds=30)))
    visitor.press("Go on")
    assert visitor.page.url.endswith("/")
    visitor.press("Sign out")
    give_password(visitor, person)
    visitor.follow("I do not have my app or key here")
    assert title(visitor) == "Without your app or key"
    visitor.follow("Sign in with one of them")
    visitor.write("Recovery code", codes[0])
    visitor.press("Go on")
    visitor.open("/your-account/second-step/")
    assert "9 left" in visitor.page.content()


def test_the_pages_of_an_app_have_no_fault(person: User, at_a_browser: SitDown) -> None:
    visitor = at_a_browser()
    give_password(visitor, person)
    open_link(visitor)
    visitor.tick("Authenticator app")
    visitor.press("Continue")
    looked_at(visitor)
    visitor.press("Go on")
    assert visitor.page.title().startswith("Error: ")
    looked_at(visitor)
    secret = secret_on(visitor.page.content())
    visitor.write("Code", code_of(secret, real_now()))
    visitor.press("Go on")
    keep_codes(visitor)
    visitor.press("Sign out")
    give_password(visitor, person)
    looked_at(visitor)
    visitor.follow("I do not have my app or key here")
    looked_at(visitor)
    visitor.follow("Sign in with one of them")
    looked_at(visitor)
    visitor.press("Go on")
    assert visitor.page.title().startswith("Error: ")
    looked_at(visitor)
