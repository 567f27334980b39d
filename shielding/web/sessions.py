"""When a session ends by the clock, and what the sign-in page says then."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

# Half a minute: writing the session on every request would let two open pages overwrite each
# other's session and cost a write a page. So idle time is counted at most half a minute too
# strictly, never too kindly.
SEEN_EVERY = timedelta(seconds=30)

# By how much a page may say sooner than the server that nothing happened for too long.
TOLD_EARLY = timedelta(minutes=1)

# What the sign-in page says after each; "before": a button was pressed by nobody signed in.
ENDED = {
    "idle": "You were signed out because nothing happened for {minutes} minutes.",
    "hours": "You were signed out because you had been signed in for {hours} hours.",
    "account": "You were signed out because your account was changed: its email address, its role, "
    "what it is signed in with, or whether it is in use.",
    "elsewhere": "You were signed out by yourself from another browser.",
    "password": "You were signed out because your password was changed.",
    "not_me": "Everybody was signed out of your account because you said that somebody else used "
    "it. The IW Team is told, and phones you.",
    "before": "You were not signed in any more when you pressed the button.",
}
# These end a session wherever its browser is; it hears of it at its next request.
BY_AN_ACT = ("account", "elsewhere", "password", "not_me")
KEPT = (
    "What you chose on the open page and its dates are there again when you sign in. Record "
    "numbers, what you confirmed and what you typed are not kept. The answers of pages you saved "
    "are."
)
LOST = "What was on the open page was not saved. The answers of pages you saved are kept."


def why_over(
    session: SessionBase, now: datetime, *, told: bool = False, not_before: datetime | None = None
) -> str:
    """Return "idle" or "hours" when the session has reached a limit, otherwise nothing.

    "account" where it began before a moment (`not_before`), at which the account was changed.

    A session without stamps is treated as idle: it was not begun by signing in here. With `told`
    the person's page said that it was idle too long: it counts a little strictly, and would lead
    to the home page, signed in anew for as long, if its word were not taken.
    """
    began, seen = stamp(session, "auth_at"), stamp(session, "seen_at")
    if began is None or seen is None:
        return "idle"
    if not_before is not None and began < not_before:
        return "account"
    if now - began >= timedelta(hours=settings.SESSION_HOURS):
        return "hours"
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    if now - seen >= (idle - TOLD_EARLY if told else idle):
        return "idle"
    return ""


class Row(Protocol):
    """What is kept of a session beside its person: the accounts' row, which lies above."""

    def note_seen(self, now: datetime) -> None:
        """Keep when somebody was last here by this session."""


class _Asking(Protocol):
    session_row: Row
    session_ended: tuple["_User", str]


def set_row(request: HttpRequest, row: Row) -> None:
    """Say which row the session of a request has."""
    cast(_Asking, request).session_row = row  # a request takes attributes of ours


def set_ended(request: HttpRequest, person: "_User", how: str) -> None:
    """Say that the session of a request was ended by an act, whose it was and how."""
    if how in BY_AN_ACT:
        cast(_Asking, request).session_ended = (person, how)


def ended_by_an_act(request: HttpRequest) -> tuple["_User", str] | None:
    """Return whose session this was, and by what act it ended, where it was ended by one."""
    return getattr(request, "session_ended", None)


def note_seen(request: HttpRequest, now: datetime) -> None:
    """Keep when the person was last here, at most once per half minute."""
    seen = stamp(request.session, "seen_at")
    if seen is None or now - seen >= SEEN_EVERY:
        request.session["seen_at"] = int(now.timestamp())
        cast(_Asking, request).session_row.note_seen(now)


class _Ending(Protocol):
    signed_out_how: str


def end(request: HttpRequest, how: str) -> None:
    """Sign the person out because a limit was reached; the entry says which."""
    cast(_Ending, request).signed_out_how = how  # a request takes attributes of ours
    logout(request)


def words_for(how: str, *, kept: bool = False) -> str:
    """Return what the sign-in page says after a limit, or nothing for any other word."""
    if how not in ENDED:
        return ""
    words = ENDED[how].format(minutes=settings.SESSION_IDLE_MINUTES, hours=settings.SESSION_HOURS)
    return f"{words} {KEPT if kept else LOST}"


def stamp(session: SessionBase, name: str) -> datetime | None:
    """Return a moment that a session keeps by this name, or nothing."""
    value = session.get(name)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None
