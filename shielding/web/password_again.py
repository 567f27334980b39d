"""What asks again for all that signing in takes: within how many minutes it must have been given.

The password, and where a second factor is asked for to sign in, that as well: one page after the
other, and one moment in the session that says when both were given.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from logbook.days import real_now
from logbook.guarded import SignedIn, View
from shielding.web.sessions import stamp

# For what opens a record, hands over somebody's claims or gives a role. A decision on a request
# asks for a password as young as the council set it (FRESH_SIGN_IN_MINUTES).
FRESH_MINUTES = 5
# For so long a page waits for the password that it asked for.
ASKED_FOR = timedelta(minutes=15)
# Since when the second factor is waited for.
_WAITS = "password_again_at"
_NOT_SENT = (
    "Nothing of what you sent was saved or done: your password was given too long ago. "
    "Confirm it is you, then do it again."
)


class _Marked(Protocol):
    fresh_minutes: int | Callable[[], int]


def minutes_to_decide() -> int:
    """Return how many minutes old a password may be when a decision is sent."""
    return int(settings.FRESH_SIGN_IN_MINUTES)


def minutes_to_open() -> int:
    """Return how many minutes old it may be when the page of a decision is opened.

    Younger by as long as a page may lie idle, so that it is still fresh when the page is sent.
    """
    period = minutes_to_decide()
    return max(1, period // 2, period - int(settings.SESSION_IDLE_MINUTES))


def is_fresh(session: SessionBase, now: datetime, minutes: int) -> bool:
    """Return whether all that is asked was given in this session within so many minutes."""
    given = stamp(session, "fresh_at")
    return given is not None and now - given < timedelta(minutes=minutes)


def note_fresh(session: SessionBase, now: datetime) -> None:
    """Keep that all that step-up asks was given now: only here is it said that it was."""
    session["fresh_at"] = int(now.timestamp())


def ask_again(session: SessionBase, now: datetime) -> None:
    """Keep when a page asked for the password: what is given unasked counts for none."""
    session["asked_again_at"] = int(now.timestamp())


def password_given(session: SessionBase, now: datetime) -> None:
    """Note that the password was given, where a page has asked for it a short while ago.

    Where signing in takes a second factor too, it counts for nothing before that is given as well.
    Of two tabs that asked it counts for both; it is asked once.
    """
    asked = stamp(session, "asked_again_at")
    session.pop("asked_again_at", None)
    if asked is None or now - asked >= ASKED_FOR:
        return
    if settings.SECOND_FACTOR:
        session[_WAITS] = int(now.timestamp())
    else:
        note_fresh(session, now)


def waits_for_factor(session: SessionBase, now: datetime) -> bool:
    """Return whether the password was given for a page that asked, a few minutes ago or less."""
    given = stamp(session, _WAITS)
    return given is not None and now - given < timedelta(minutes=FRESH_MINUTES)


def factor_given(session: SessionBase, now: datetime) -> None:
    """Note that the second factor was given after the password: that is all that is asked."""
    if waits_for_factor(session, now):
        note_fresh(session, now)
    session.pop(_WAITS, None)


def fresh(
    minutes: int | Callable[[], int], *, back_to: str = "", named: tuple[str, ...] = ()
) -> Callable[[View], View]:
    """Ask again for what signing in takes unless it was given within so many minutes.

    The page comes back afterwards; after a POST the page named by `back_to` does, with those of
    the address's arguments that `named` says. Nothing that was posted is kept meanwhile, and the
    page that asks says so.

    The minutes stay readable on the view (`fresh_minutes`), for the table of what asks for them:
    tests/security/step_up.txt.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
            limit = minutes if isinstance(minutes, int) else minutes()
            if is_fresh(request.session, real_now(), limit):
                return view(request, *args, **kwargs)
            if request.method == "POST":
                messages.warning(request, _NOT_SENT)
            kept = {name: kwargs[name] for name in named}
            page = reverse(back_to, kwargs=kept) if back_to else request.path
            ask_again(request.session, real_now())
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}")

        # A function takes attributes, which the type of one does not say.
        cast(_Marked, guarded).fresh_minutes = minutes
        return guarded

    return decorate
