"""What a council sets before anybody is given the address: `manage.py check --deploy` says it.

And `manage.py release`, which every upgrade runs. Warnings all: a site that is up with a number
missing protects more than one that is not.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from shielding.phone_numbers import is_invented

TAG = "council"
LOOPBACK = {None, "localhost", "127.0.0.1", "::1", "0.0.0.0"}  # noqa: S104 - named, not bound to

# A place may be called North Shields.
_TELLS = re.compile("shield(?!s\\b)", re.IGNORECASE)


def register() -> None:
    """Make the checks known, as the app does when it starts."""
    for check in CHECKS:
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


def whom_mail_is_from(**_options: Any) -> Sequence[checks.CheckMessage]:
    """Return a warning for each thing that a mail lacks by which its reader would know it."""
    found = []
    if not settings.MAIL_SENDER_NAME:
        found.append("MAIL_SENDER_NAME is not set: mails name the council alone.")
    if is_invented(settings.MAIL_CHECK_PHONE):
        found.append("MAIL_CHECK_PHONE is not set: no number of its own checks a mail.")
    hint = "Set what the readers know, or they take a mail for a forged one."
    return [checks.Warning(words, hint=hint, id="shielding.W003") for words in found]


def what_mail_gives_away(**_options: Any) -> Sequence[checks.CheckMessage]:
    """Return a warning for each setting by which a list of somebody's mails tells of shielding."""
    seen = {
        "MAIL_SENDER_NAME": settings.MAIL_SENDER_NAME,
        "COUNCIL_NAME": settings.COUNCIL_NAME,
        "MAIL_FROM": settings.DEFAULT_FROM_EMAIL,
        "MAIL_SUBJECT": settings.MAIL_SUBJECT,
        "SITE_URL": urlsplit(settings.SITE_URL).hostname or "",
    }
    return [
        checks.Warning(
            f"{name} tells what the service is about: every mail shows it.",
            hint="Whoever sees the mail may learn no more than that there is one.",
            id="shielding.W004",
        )
        for name, shown in seen.items()
        if _TELLS.search(shown)
    ]


def whom_to_tell_of_a_weakness(**_options: Any) -> Sequence[checks.CheckMessage]:
    """Return a warning where whoever finds a weakness is not told whom to tell."""
    if settings.SECURITY_CONTACT:
        return []
    return [
        checks.Warning(
            "SECURITY_CONTACT is not set: there is no /.well-known/security.txt.",
            hint="Set an address that is read, for whoever finds a weakness.",
            id="shielding.W005",
        )
    ]


CHECKS = (
    whom_to_phone,
    where_people_sign_in,
    whom_mail_is_from,
    what_mail_gives_away,
    whom_to_tell_of_a_weakness,
)
