"""What a session is worth: its beginning and end are entries, and it ends by the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from logbook.writing import record_alone
from shielding.accounts.models import User

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
    "before": "You were not signed in any more when you pressed the button.",
}
LOST = "What was on the open page was not saved. The answers of pages you saved are kept."


def listen() -> None:
    """Write an entry for every beginning and end of a session, however it comes about."""
    authentication_step_completed.connect(_password_given, dispatch_uid="password_given")
    user_logged_in.connect(_signed_in, dispatch_uid="signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="signed_out")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    now = timezone.now()
    for stamp in ("auth_at", "seen_at", "fresh_at"):
        request.session[stamp] = int(now.timestamp())
    record_alone("signed_in", by=user, at=now)


def _password_given(request: HttpRequest, **_: Any) -> None:
    request.session["fresh_at"] = int(timezone.now().timestamp())


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        how = getattr(request, "signed_out_how", "self")
        record_alone("signed_out", by=user, at=timezone.now(), how=how)


def sign_in_failed(email: str) -> None:
    """Write an entry of a failed sign-in: the account's opaque id, or that there is none.

    The same lookup and the same entry either way, so that how long it takes tells nothing. The
    address itself is not kept: it may be a password typed into the wrong box.
    """
    record_alone("sign_in_failed", by=None, at=timezone.now(), account=_account(email))


def link_asked(email: str) -> None:
    """Write an entry that a link to set a password was asked for, with or without an account."""
    record_alone("password_link_asked", by=None, at=timezone.now(), account=_account(email))


def why_over(session: SessionBase, now: datetime, *, told: bool = False) -> str:
    """Return "idle" or "hours" when the session has reached a limit, otherwise nothing.

    A session without stamps is treated as idle: it was not begun by signing in here. With `told`
    the person's page said that it was idle too long: it counts a little strictly, and would lead
    to the home page, signed in anew for as long, if its word were not taken.
    """
    began, seen = _stamp(session, "auth_at"), _stamp(session, "seen_at")
    if began is None or seen is None:
        return "idle"
    if now - began >= timedelta(hours=settings.SESSION_HOURS):
        return "hours"
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    if now - seen >= (idle - TOLD_EARLY if told else idle):
        return "idle"
    return ""


def is_fresh(session: SessionBase, now: datetime, minutes: int) -> bool:
    """Return whether the password was given in this session within so many minutes."""
    given = _stamp(session, "fresh_at")
    return given is not None and now - given < timedelta(minutes=minutes)


def minutes_to_decide() -> int:
    """Return how many minutes old a password may be when a decision is sent."""
    return int(settings.FRESH_SIGN_IN_MINUTES)


def minutes_to_open() -> int:
    """Return how many minutes old it may be when the page of a decision is opened.

    Younger by as long as a page may lie idle, so that it is still fresh when the page is sent.
    """
    period = minutes_to_decide()
    return max(1, period // 2, period - settings.SESSION_IDLE_MINUTES)


def note_seen(session: SessionBase, now: datetime) -> None:
    """Keep when the person was last here, at most once per half minute."""
    seen = _stamp(session, "seen_at")
    if seen is None or now - seen >= SEEN_EVERY:
        session["seen_at"] = int(now.timestamp())


def end(request: HttpRequest, how: str) -> None:
    """Sign the person out because a limit was reached; the entry says which."""
    request.signed_out_how = how
    logout(request)


def words_for(how: str) -> str:
    """Return what the sign-in page says after a limit, or nothing for any other word."""
    if how not in ENDED:
        return ""
    words = ENDED[how].format(minutes=settings.SESSION_IDLE_MINUTES, hours=settings.SESSION_HOURS)
    return f"{words} {LOST}"


def _stamp(session: SessionBase, name: str) -> datetime | None:
    value = session.get(name)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) else None


def _account(email: str) -> str:
    found = User.objects.filter(email=User.objects.as_stored(email)).values_list("uid", flat=True)
    return str(next(iter(found), "unknown"))
