"""Tries to sign in, from any address and browser."""

from django.test import Client

from tests.support.people import PASSWORD

SIGN_IN = "/sign-in/"
WRONG = "not the password at all"


def a_browser(address="192.0.2.1", **more):
    return Client(REMOTE_ADDR=address, **more)


def tried(browser, email="ann@council.example", password=WRONG):
    """Return what a try is answered: its status."""
    return browser.post(SIGN_IN, {"login": email, "password": password}).status_code


def signs_in(browser, email="ann@council.example", password=PASSWORD):
    """Return whether this browser gets in."""
    return (
        tried(browser, email, password) == 302 and browser.get("/your-account/").status_code == 200
    )
