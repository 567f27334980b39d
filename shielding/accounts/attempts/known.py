"""A browser that signed in before: it has tries of its own, which nobody else can use up.

Else whoever tries passwords at a colleague's account all day would keep its owner out all day. The
cookie opens nothing and names nobody: for up to five people who share a computer it holds a number
and a proof, made with the account and its password's hash, that this number was given out by us.
"""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hmac import compare_digest
from typing import Protocol, cast
from uuid import UUID

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponseBase

from shielding.accounts.models import User
from shielding.sealing import keyed

COOKIE = "__Host-known"
LASTS = timedelta(days=90)
MOST_PEOPLE = 5
_TOKEN = re.compile(r"([0-9a-f]{32})([0-9a-f]{32})")
_NOBODY = (UUID(int=0), "")


class _Remembering(Protocol):
    known_from_now: User


def listen() -> None:
    """Remember the browser of every sign-in that is complete."""
    user_logged_in.connect(_signed_in, dispatch_uid="browser_known")


def _signed_in(request: HttpRequest, user: User, **_: object) -> None:
    remember(request, user)


def remember(request: HttpRequest, person: User) -> None:
    """Let the answer to this request make its browser known: its person gave the password, or
    chose it by a mailed link.
    """
    cast(_Remembering, request).known_from_now = person  # a request takes attributes of ours


def browser_of(request: HttpRequest, email: str) -> str:
    """Return the number of this browser where it is known to whoever has the address, else "".

    The same work and the same one statement whether anybody has it or not; none without a cookie.
    """
    tokens = _tokens(request)
    if not tokens:
        return ""
    person = User.objects.filter(email=email).values_list("uid", "password").first() or _NOBODY
    return next(iter(_of(*person, tokens)), "")


def give_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie where this request made its browser known; whom else it knows stays in it."""
    person = getattr(request, "known_from_now", None)
    if person is None:
        return
    before = _tokens(request)
    own = set(_of(person.uid, person.password, before))
    number = secrets.token_hex(16)
    kept = [token for token in before if token[:32] not in own]
    tokens = [number + _proof(number, person.uid, person.password), *kept]
    response.set_cookie(
        COOKIE,
        ".".join(tokens[:MOST_PEOPLE]),
        max_age=LASTS,
        secure=True,
        httponly=True,
        samesite="Strict",
    )


def _tokens(request: HttpRequest) -> list[str]:
    said = request.COOKIES.get(COOKIE, "").split(".")[:MOST_PEOPLE]
    return [token for token in said if _TOKEN.fullmatch(token)]


def _of(uid: UUID, password: str, tokens: Iterable[str]) -> list[str]:
    """Return the numbers of those tokens that were given out for this account."""
    pairs = [(token[:32], token[32:]) for token in tokens]
    return [one for one, proof in pairs if compare_digest(proof, _proof(one, uid, password))]


def _proof(number: str, uid: UUID, password: str) -> str:
    return keyed("known", f"{number}|{uid}|{password}")[:16].hex()
