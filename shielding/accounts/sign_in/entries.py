"""The beginning and the end of a session, and a sign-in that failed, are entries."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest

from logbook.days import clock_now, real_now
from logbook.writing import log_entry, log_entry_alone
from shielding.accounts.models import User
from shielding.accounts.second_factor.again import came_by_recovery
from shielding.accounts.sessions.ending import begin, end_of
from shielding.accounts.sessions.session_codes import Via
from shielding.web.kept import answers
from shielding.web.password_again import note_fresh


def listen() -> None:
    """Write an entry for every beginning and end of a session, however it comes about."""
    user_logged_in.connect(_signed_in, dispatch_uid="signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="signed_out")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    answers.at_sign_in(request.session, str(user.uid))
    now = real_now()
    for stamp in ("auth_at", "seen_at"):
        request.session[stamp] = int(now.timestamp())
    note_fresh(request.session, now)
    via = Via.RECOVERY if came_by_recovery(request.session) else Via.PASSWORD
    with transaction.atomic():
        begin(request, user, now=now, via=via)
        log_entry("signed_in", by=user, at=clock_now())


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        how = getattr(request, "signed_out_how", "self")
        with transaction.atomic():
            end_of(request.session, how, now=real_now())
            log_entry("signed_out", by=user, at=clock_now(), how=how)


def sign_in_failed(email: str) -> None:
    """Write an entry of a failed sign-in: the account's opaque id, or that there is none.

    The same lookup and the same entry either way, so that how long it takes tells nothing. The
    address itself is not kept: it may be a password typed into the wrong box.
    """
    log_entry_alone("sign_in_failed", by=None, at=clock_now(), account=_account(email))


def link_asked(email: str) -> None:
    """Write an entry that a link to set a password was asked for, with or without an account."""
    log_entry_alone("password_link_asked", by=None, at=clock_now(), account=_account(email))


def _account(email: str) -> str:
    found = User.objects.filter(email=User.objects.as_stored(email)).values_list("uid", flat=True)
    return str(next(iter(found), "unknown"))
