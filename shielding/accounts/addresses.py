"""Which email address an account may have: one mailbox, one person."""

import re

from django.conf import settings
from django.db import connection

from shielding.accounts.models import User

SAME_MAILBOX = (
    "A colleague’s account has this address with dots elsewhere: that can be the same mailbox"
)
# Any number will do, as long as nothing else locks it.
_ADDRESSES = 7_301_002


def alone_with_addresses() -> None:
    """Wait until nobody else gives an account its address: two of them may differ by a dot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADDRESSES])


def why_not_this_address(email: str, *, but: User | None = None) -> str:
    """Return why no account gets this address, in words for the page, or nothing.

    Of an account that gets another one (`but`), no other account.

    Mail to ann+x@ is ann's, and to many mail servers a.nn@ is too: with two accounts one person
    could be both of the two that are asked for. One already in use is PostgreSQL's to refuse.
    """
    local, _, domain = email.strip().lower().partition("@")
    if wrong := why_unfit(email):
        return wrong
    others = User.objects.exclude(pk=but.pk) if but else User.objects.all()
    return SAME_MAILBOX if others.with_mailbox_like(local, domain).exists() else ""


def why_unfit(email: str) -> str:
    """Return why no account gets this address, whatever accounts there are."""
    local, _, domain = email.strip().lower().partition("@")
    if settings.MAIL_DOMAINS and domain not in settings.MAIL_DOMAINS:
        allowed = " or ".join(f"@{one}" for one in settings.MAIL_DOMAINS)
        return f"The address must end in {allowed}"
    if "+" in local:
        return "The address must not have a “+”: it would be another account of the same mailbox"
    return ""


def mailbox(email: str) -> tuple[str, str]:
    """Return what two addresses share that differ by dots before the "@" alone."""
    local, _, domain = email.partition("@")
    return local.replace(".", ""), domain


# The part before the "@" of an address that a whole office is likely to read.
_SHARED = re.compile(
    r"(^|[^a-z])(admin|administrator|contact|duty|enquir(y|ies)|frontdesk|head|hello|help|helpdesk"
    r"|inbox|info|mail|manager|office|postbox|reception|secretary|services?|shared|support|teams?)"
    r"([^a-z]|$)"
)


def looks_shared(email: str) -> bool:
    """Return whether an address looks like an office's and not a person's: pages warn of it."""
    return _SHARED.search(email.partition("@")[0].lower()) is not None
