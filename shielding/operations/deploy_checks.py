"""What a council sets before anybody is given the address: `manage.py check --deploy` says it.

And `manage.py release`, which every upgrade runs. Warnings all: a site that is up with a number
missing protects more than one that is not.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from shielding.phone_numbers import is_invented

TAG = "council"
LOOPBACK = {None, "localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - named, not bound to


def register() -> None:
    """Make the checks known, as the app does when it starts."""
    for check in (whom_to_phone, where_people_sign_in):
        checks.register(check, TAG, deploy=True)


def whom_to_phone(**_options: Any) -> Sequence[checks.CheckMessage]:
    """Return a warning for each number that nobody would answer."""
    unset = [
        name
        for name in ("COUNCIL_PHONE", "COUNCIL_PHONE_OUT_OF_HOURS")
        if is_invented(getattr(settings, name))
    ]
    return [
        checks.Warning(
            f"{name} is not set: the pages show {_instead(name)}.",
            hint="Set the number that the IW Team answers.",
            id="shielding.W001",
        )
        for name in unset
    ]


def _instead(name: str) -> str:
    if name == "COUNCIL_PHONE_OUT_OF_HOURS" and not settings.LOCAL_HTTP:
        return "999"
    return "an example's number"


def where_people_sign_in(**_options: Any) -> Sequence[checks.CheckMessage]:
    """Return a warning where the links in mails lead to the reader's own machine."""
    if urlsplit(settings.SITE_URL).hostname not in LOOPBACK:
        return []
    return [
        checks.Warning(
            "SITE_URL names this machine alone: no link in a mail would open.",
            hint="Set the address at which people sign in.",
            id="shielding.W002",
        )
    ]
