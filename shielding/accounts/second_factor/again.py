"""The second factor asked for again, beside the password, before what one signs in with changes.

Else a session that was left open and a password that was seen would be enough to plant a key.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from logbook.days import real_now
from logbook.guarded import SignedIn, View
from shielding.web.password_again import FRESH_MINUTES, fresh

# Where a session keeps by what its person came in, and when they gave it last.
CAME_BY, _GIVEN_AT = "came_by", "factor_at"
RECOVERY = "recovery"
_GOOD_FOR = timedelta(minutes=FRESH_MINUTES)


def stamp(session: SessionBase, how: str) -> None:
    """Keep that a second factor was given now; a recovery code is not forgotten by what follows."""
    if session.get(CAME_BY) != RECOVERY:
        session[CAME_BY] = how
    session[_GIVEN_AT] = int(real_now().timestamp())


def came_by_recovery(session: SessionBase) -> bool:
    """Return whether this session's person gave a recovery code for it."""
    return session.get(CAME_BY) == RECOVERY


def both_again(back_to: str = "") -> Callable[[View], View]:
    """Ask for password and second factor unless both were given in the last five minutes.

    The page comes back afterwards; after a POST the page named by `back_to` does.
    """

    def decorate(view: View) -> View:
        @fresh(FRESH_MINUTES, back_to=back_to)
        @wraps(view)
        def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not settings.SECOND_FACTOR or _is_fresh(request.session):
                return view(request, *args, **kwargs)
            page = reverse(back_to) if back_to else request.path
            return redirect(f"{reverse('factor_again')}?{urlencode({'next': page})}")

        return guarded

    return decorate


def _is_fresh(session: SessionBase) -> bool:
    given = session.get(_GIVEN_AT)
    if not isinstance(given, int):
        return False
    return real_now() - datetime.fromtimestamp(given, UTC) < _GOOD_FOR
