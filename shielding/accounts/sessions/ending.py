"""How sessions begin and end: the row says so, and the next request with its cookie is nobody's."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest

from shielding.accounts.attempts.address import client_address
from shielding.accounts.models import User
from shielding.accounts.sessions.device import device_of
from shielding.accounts.sessions.models import SignedIn
from shielding.accounts.sessions.session_codes import How, Via

# For so long it is kept from which address a session was used.
ADDRESS_KEPT = timedelta(days=90)
# In the session, whose key changes: the row's opaque id.
KEY = "signed_in"


def begin(request: HttpRequest, person: User, *, now: datetime, via: Via = Via.PASSWORD) -> None:
    """Write the row of a session that begins now.

    The account may have been suspended, or got another password, since the person was looked at:
    then the session is over as it begins.
    """
    with transaction.atomic():
        end_of(request.session, How.SELF, now=now)
        is_at = User.objects.locked(person.pk)[person.pk]
        good = is_at.is_active and is_at.password == person.password
        device = device_of(request)
        row = SignedIn.objects.create(
            person=person,
            began_at=now,
            seen_at=now,
            via=via,
            browser=device.browser,
            system=device.system,
            address=client_address(request),
            ended_at=None if good else now,
            ended_how="" if good else How.ACCOUNT,
        )
    request.session[KEY] = str(row.uid)


def own(session: SessionBase) -> UUID | None:
    """Return the opaque id of a session's row, or nothing: nobody is signed in by it."""
    uid = session.get(KEY)
    return UUID(uid) if uid else None


def end_of(session: SessionBase, how: str, *, now: datetime) -> None:
    """End the row of this very session, if it has one that has not ended."""
    if uid := own(session):
        SignedIn.objects.not_ended().filter(uid=uid).update(ended_at=now, ended_how=how)


def end_all(person: User, how: How, *, but: UUID | None = None, now: datetime) -> int:
    """End every session of a person but one, at a real moment; return how many there were.

    A part of acts: who signs in meanwhile waits for the person's row, which such an act has locked.
    """
    ended = SignedIn.objects.not_ended().filter(person=person)
    if but is not None:
        ended = ended.exclude(uid=but)
    return ended.update(ended_at=now, ended_how=how)


def end_for_good(person: User, how: How, *, now: datetime) -> None:
    """End every session, each half one and each link that was mailed; the caller saves.

    A part of acts, at a real moment, the person's row locked: `sessions_from` moves.
    """
    person.end_sessions(now)
    end_all(person, how, now=now)


def forget_addresses(now: datetime) -> None:
    """Empty the addresses of sessions that nobody used for 90 days; the worker does it."""
    kept = SignedIn.objects.filter(address__isnull=False)
    kept.filter(seen_at__lt=now - ADDRESS_KEPT).update(address=None)
