"""Signing in at the desk, for its tests, and reading its pages."""

import re
from html import unescape

from django.test import Client

from shielding.accounts.models import User


def at_desk(person: User) -> Client:
    """Return a browser in which this person is signed in."""
    client = Client()
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
