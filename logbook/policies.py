"""Who may read the logbook, asked by views and templates alike."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, Protocol

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseBase

from logbook.days import clock_now
from logbook.guarded import SignedIn, View, mark
from logbook.models import Entry, EntryQuerySet
from logbook.writing import log_entry_alone

# As stored on an account. The logbook lies below the accounts and cannot import their roles.
READERS = frozenset({"iw", "auditor"})
AUDITORS = frozenset({"auditor"})
# What an auditor looked for or read: it would warn whomever it is about.
LOOKS_OF_AUDITORS = (
    "logbook_opened",
    "logbook_by_service",
    "entry_opened",
    "record_searched",
    "searched",
)
# The signs of misuse, and from how many on something is one: they may be about the IW Team.
ABOUT_MISUSE = frozenset({"misuse_opened", "threshold_changed"})


class Reader(Protocol):
    """What is asked of a person who wants to read: their role, and whether they work here."""

    is_active: bool
    role: str
    is_lead: bool


def may_read(user: Reader) -> bool:
    """Return whether the person may read entries: the IW Team and auditors, while active."""
    return bool(user.is_active and user.role in READERS)


def may_read_emails(user: Reader) -> bool:
    """Return whether the person tells people apart by work email: the IW Team, from its directory.

    Auditors read names alone, on pages and in what they take away.
    """
    return bool(user.is_active and user.role == "iw")


def may_audit(user: Reader) -> bool:
    """Return whether the person may read signs of misuse: auditors, while active.

    Not the IW Team, whose members a sign may be about.
    """
    return bool(user.is_active and user.role in AUDITORS)


def may_filter_by_service(user: Reader) -> bool:
    """Return whether the person may read the entries of one service: auditors, and IW leads.

    Those of one event would be the shielded records of that service, which in the register, too,
    only an IW lead may ask for.
    """
    return may_audit(user) or (may_read(user) and user.is_lead)


def entries_for(user: Reader) -> EntryQuerySet:
    """Return the entries the person may read: an auditor all, the IW Team nearly all, or none.

    What an auditor has just looked for or read warns whomever it is about.
    """
    if not may_read(user):
        return Entry.objects.none()
    if may_audit(user):
        return Entry.objects.all()
    looks = Q(event__in=LOOKS_OF_AUDITORS, role__in=AUDITORS)
    return Entry.objects.exclude(looks | Q(event__in=ABOUT_MISUSE))


def hidden_from(user: Reader) -> frozenset[str]:
    """Return the events of which a reader never finds an entry."""
    return frozenset() if may_audit(user) else ABOUT_MISUSE


def left_out_of_lists(user: Reader) -> frozenset[str]:
    """Return the facts that a list of entries leaves to each entry's page: grounds, for members.

    A list of one event would show every record of one ground, which in the register only an IW lead
    may ask for. Opening an entry is an entry of its own, and counts as opening its record.
    """
    return frozenset() if may_audit(user) or user.is_lead else frozenset({"ground"})


def readers_only(view: View) -> View:
    """Let only those open the view who may read the logbook."""
    return _only(view, READERS, may_read)


def auditors_only(view: View) -> View:
    """Let only auditors open the view."""
    return _only(view, AUDITORS, may_audit)


def _only(view: View, roles: frozenset[str], may: Callable[[Reader], bool]) -> View:
    """Refuse everybody else with 403, after an entry that says so.

    The roles stay readable on the view for the table of roles and pages.
    """

    @wraps(view)
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if may(request.user):
            return view(request, *args, **kwargs)
        refuse(request, "other_role")

    return mark(guarded, roles)


def refuse(request: SignedIn, why: str) -> NoReturn:
    """Refuse what was asked for, after an entry that says so."""
    page = request.resolver_match.url_name if request.resolver_match else ""
    action = page or "unnamed"
    log_entry_alone("refused", by=request.user, at=clock_now(), action=action, why=why)
    raise PermissionDenied
