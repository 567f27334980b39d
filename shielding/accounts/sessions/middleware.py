"""Who asks: the person of the session's row, by one statement, or nobody where the row has ended.

In the place of Django's own, which looks at the person alone: then a session that was ended
elsewhere, or while its account was suspended, would go on as long as its cookie is kept.
"""

from datetime import datetime
from typing import cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from shielding.accounts.attempts.address import client_address
from shielding.accounts.models import User
from shielding.accounts.sessions.ending import own
from shielding.accounts.sessions.models import SignedIn
from shielding.web import sessions


class SignedInUser(AuthenticationMiddleware):
    """Say who asks, when something wants to know it first."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = cast(User, SimpleLazyObject(lambda: _who_asks(request)))


class Row:
    """The row of the session that asks, for what is written down of it."""

    def __init__(self, key: int, request: HttpRequest) -> None:
        self.key, self.request = key, request

    def note_seen(self, now: datetime) -> None:
        """Keep when and where from somebody was last here by this session."""
        row = SignedIn.objects.not_ended().filter(pk=self.key)
        row.update(seen_at=now, address=client_address(self.request))


def _who_asks(request: HttpRequest) -> User | AnonymousUser:
    """Return the person signed in by this session, or nobody.

    Nobody without a row, with one that has ended, where the account is not in use, and where its
    password is another than the session began with: what is left of the session ends with it.
    """
    session = request.session
    if SESSION_KEY not in session:
        return AnonymousUser()
    row, uid = None, own(session)
    if uid is not None:
        row = SignedIn.objects.select_related("person").filter(uid=uid).first()
    if row is not None and str(row.person.pk) == session[SESSION_KEY]:
        person = row.person
        if row.ended_at is None and person.is_active and _has_the_password(request, person):
            sessions.set_row(request, Row(row.pk, request))
            return person
        if person.is_active:
            sessions.set_ended(request, person, row.ended_how)
    session.flush()
    return AnonymousUser()


def _has_the_password(request: HttpRequest, person: User) -> bool:
    """Return whether the account has the password with which the session began.

    Also under a key of before: then it is kept under today's.
    """
    kept, current = request.session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
    if constant_time_compare(kept, current):
        return True
    if not any(constant_time_compare(kept, old) for old in person.get_session_auth_fallback_hash()):
        return False
    request.session.cycle_key()
    request.session[HASH_SESSION_KEY] = current
    return True
