"""A person's own sessions, and what waits for a call to them, as cards and tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from shielding.accounts.sessions.device import Device
from shielding.accounts.sessions.models import NotMe, SignedIn
from shielding.accounts.sessions.session_codes import Browser, How, System
from shielding.accounts.telling_apart import person_cell
from shielding.web.cells import Fact, Facts, Rows, Text, When

RECENT_HEADS = ("Signed in", "On", "From", "Ended")
NOT_ME_HEADS = ("Reference", "Person", "Said", "By")
# Nobody came to say so: the browser was closed.
_BY_THE_CLOCK = "By itself"
_NOT_KEPT = "Not kept any more"


@dataclass(frozen=True)
class Open:
    """A session in which the person is signed in, and whether it is this one."""

    uid: UUID
    device: str
    facts: Facts
    is_here: bool


def open_ones(sessions: Iterable[SignedIn], here: UUID | None) -> list[Open]:
    """Return the open sessions of a person: this one first, then the latest."""
    found = [
        Open(
            one.uid,
            _device(one),
            [
                Fact("Signed in", when=one.began_at),
                Fact("Last used", when=one.seen_at),
                Fact("From the address", one.address or _NOT_KEPT),
                Fact("By", one.get_via_display()),
            ],
            is_here=one.uid == here,
        )
        for one in sessions
    ]
    return sorted(found, key=lambda one: not one.is_here)


def recent_rows(sessions: Iterable[SignedIn]) -> Rows:
    """Return the sessions that are over, as rows."""
    return [
        [
            When(one.began_at),
            _device(one),
            one.address or _NOT_KEPT,
            How(one.ended_how).label if one.ended_how else _BY_THE_CLOCK,
        ]
        for one in sessions
    ]


def not_me_rows(said: Iterable[NotMe]) -> Rows:
    """Return the list of those who said that somebody else used their account."""
    return [
        [
            Text(one.reference, url=reverse("not_me_settle", args=[one.reference]), code=True),
            person_cell(one.person),
            When(one.said_at),
            said_by(one),
        ]
        for one in said
    ]


def said_by(one: NotMe) -> str:
    """Return by what it was said."""
    return "The link in a mail" if one.link else "Their own page"


def _device(one: SignedIn) -> str:
    return Device(Browser(one.browser), System(one.system)).words
