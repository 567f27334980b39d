"""Signing in at the desk, for its tests, and reading its pages."""

import re
from html import unescape
from typing import Any

from django.test import Client

from shielding.accounts.models import User

FORM = "application/x-www-form-urlencoded"


class _Desk(Client):
    """A browser whose member says that somebody phoned, wherever a record asks why it is opened."""

    def generic(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().generic(method, path, *args, **kwargs)
        asked = answer.headers.get("Location", "")
        if not asked.endswith("/purpose/"):
            return answer
        super().generic("POST", asked, b"purpose=phone_call", FORM)
        return super().generic(method, path, *args, **kwargs)


def at_desk(person: User) -> Client:
    """Return a browser in which this person is signed in, and says why wherever that is asked.

    What a test asks of that question itself, it asks of Django's own client.
    """
    client = _Desk()
    client.force_login(person)
    return client


def words(response) -> str:
    """Return what a page says, without markup, on one line."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", unescape(text)).strip()


def main(response) -> str:
    """Return what the page itself says, without its frame."""
    found = re.search(r"<main.*?</main>", response.content.decode(), re.S)
    text = re.sub(r"<[^>]+>", " ", found.group())
    return re.sub(r"\s+", " ", unescape(text)).strip()
