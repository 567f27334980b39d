"""Letting an IW lead or administrator in again at the server, when nobody can on the pages.

By two people who have accounts, loudly, and as an entry of the system's: nobody is signed in there.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from logbook.days import really
from logbook.writing import log_entry
from shielding.accounts import policies
from shielding.accounts.history import Change, remember
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_factor.models import FactorEnd
from shielding.accounts.second_person import NOT_SECOND_FOR
from shielding.accounts.sessions.ending import end_for_good
from shielding.accounts.sessions.session_codes import How
from shielding.accounts.suspending import alone_with_roles
from shielding.accounts.suspensions import BrokenGlass
from shielding.notices.kinds import GLASS_BROKEN
from shielding.notices.notify import notify
from shielding.operations.first_accounts import one_time_password
from shielding.web.refusals import Refused, WrongState


def break_glass(
    email: str, *, one: str, other: str, why: str, by: None = None, now: datetime
) -> str:
    """Let somebody sign in again, and return the one-time password to hand over in person.

    Their suspension, password, apps, keys, recovery codes, sessions and mailed links end: with the
    password they set up a new one and choose another. For 24 hours they are nobody's second. IW
    leads, administrators, auditors and the duty mailboxes are told; the home page warns for 24
    hours. Refuses anybody but an IW lead or an administrator who had the role, and two who are not
    two others with accounts in use. Needs the owner's connection.
    """
    with transaction.atomic():
        alone_with_roles()
        person, first, second = _three(email, one, other)
        person.is_active, person.suspended_at, person.suspended_by = True, None, None
        password = one_time_password()
        person.set_password(password)
        person.must_change_password = True
        person.second_person_from = now + NOT_SECOND_FOR
        end_for_good(person, How.ACCOUNT, now=really(now))
        person.save()
        factors.end_all(person, FactorEnd.RESET, by=first, now=now)
        glass = BrokenGlass.objects.create(person=person, at=now, one=first, other=second, why=why)
        # Either could act as the person: both count as one with them.
        for who in (first, second):
            remember(person, Change.REACTIVATED, by=who, now=now)
        told = policies.who_hear_of_glass(glass.reference, now)
        boxes = settings.DUTY_MAILBOXES
        notify(
            GLASS_BROKEN, glass.reference, recipients=told, mailboxes=boxes, now=now, mentions=""
        )
        log_entry(
            "glass_broken",
            by=by,
            at=now,
            reference=glass.reference,
            person=person.uid,
            one=first.uid,
            other=second.uid,
            why=why,
        )
    return password


def _three(email: str, one: str, other: str) -> tuple[User, User, User]:
    """Return these people, locked: who is let in, and the two who do it."""
    found = [_with_address(address) for address in (email, one, other)]
    locked = User.objects.locked(*(each.pk for each in found))
    person, first, second = (locked[each.pk] for each in found)
    if len(locked) < len(found):
        raise Refused("not_three", "Three people are needed: two let in a third.")
    if not (person.is_administrator or (person.is_iw and person.is_lead)):
        raise Refused("no_lead", "This is for an IW lead or an administrator.")
    if not person.is_active and person.suspended_at is None:
        raise WrongState("no_role_yet", "This account never had its role.")
    if not (first.is_active and second.is_active):
        raise WrongState("not_in_use", "The accounts of the two must be in use.")
    return person, first, second


def _with_address(email: str) -> User:
    found = User.objects.filter(email=User.objects.as_stored(email)).first()
    if found is None:
        raise Refused("no_account", f"{email}: there is no account with this email address.")
    return found
