"""An account is stopped, and let in again. Each act is one transaction with its entry."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from logbook.days import really
from logbook.references import new_reference
from logbook.writing import log_entry
from shielding import hooks
from shielding.accounts import policies
from shielding.accounts.actions import open_service, owe_invitation
from shielding.accounts.history import Change, managers_lately, remember
from shielding.accounts.models import Service, User
from shielding.accounts.second_factor import factors
from shielding.accounts.second_factor.models import FactorEnd
from shielding.accounts.second_person import NOT_SECOND_FOR
from shielding.accounts.sessions.ending import end_all, end_for_good
from shielding.accounts.sessions.session_codes import How
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.notices.kinds import LET_IN, MEMBER_SUSPENDED, SUSPENSION
from shielding.notices.notify import notify, owe_again
from shielding.roles import Role
from shielding.web.refusals import NotAllowed, WrongState

# Any number will do, as long as nothing else locks it. What else waits so: `actions`, `addresses`.
_ROLES = 7_301_004


def suspend(person: User, *, by: User, now: datetime) -> None:
    """Stop an account: its next request is refused, wherever it is signed in.

    Its sessions and mailed links are over for good, also when it is let in again.
    Administrators suspend anybody, the IW Team practitioners, and an IW lead a member; refuses
    oneself, an account that is not in use, the last of a role who could act, and a second lead in
    28 days. Holds stay, and keep their shields. The person, and whoever managed them in the
    last 28 days, are told at once: one member could record their word and then suspend them.
    Administrators are told of what a lead does.
    """
    with transaction.atomic():
        person = _locked_alone(person, by)
        if not policies.may_suspend(by, person):
            raise NotAllowed("may_not_suspend")
        if not person.is_active:
            raise WrongState("not_in_use", "This account is not in use.")
        if last := policies.why_last(person, now):
            raise WrongState("last_of_role", last)
        if second := policies.why_no_second_lead(by, person, now):
            raise WrongState("second_lead", second)
        person.is_active, person.suspended_at, person.suspended_by = False, now, by
        end_for_good(person, How.ACCOUNT, now=really(now))
        person.save(update_fields=["is_active", "suspended_at", "suspended_by", "sessions_from"])
        remember(person, Change.SUSPENDED, by=by, now=now)
        suspension = Suspension.objects.create(person=person, suspended_at=now, suspended_by=by)
        told = _tell_of(suspension, now=now)
        if not policies.may_look_after(by, person):
            hear = policies.who_hear_of_stop(suspension.reference, now)
            notify(MEMBER_SUSPENDED, suspension.reference, recipients=hear, now=now, mentions="")
        log_entry(
            "person_suspended",
            by=by,
            at=now,
            reference=suspension.reference,
            person=person.uid,
            told=[one.uid for one in told],
        )


def reactivate(person: User, *, by: User, now: datetime) -> None:
    """Let a suspended person sign in again. Refuses oneself, and when the service is closed.

    Anybody but a practitioner chooses a new password by a new invitation and sets up another app or
    key, is nobody's second for 24 hours, and IW leads and auditors are told: an administrator does
    this alone.
    """
    with transaction.atomic():
        if person.service is not None:
            open_service(person.service)
        person = _locked(person)
        if not policies.may_look_after(by, person):
            raise NotAllowed("may_not_reactivate")
        if person.suspended_at is None:
            raise WrongState("not_suspended", "This account is not suspended.")
        _let_in(person, by=by, now=now)


def undo_suspension(suspension: Suspension, *, by: User, now: datetime) -> str:
    """Let the person of a suspension that was found wrong sign in again, whatever their role.

    A part of the act that settles it, which has asked who may. Returns in words why the account
    stays as it is: let in again or suspended anew meanwhile, or its service closed; else nothing.
    """
    person = suspension.person
    if person.service is not None:
        service = Service.objects.select_for_update(no_key=True).get(pk=person.service.pk)
        if not service.is_open:
            return "The account stays as it is: its service is closed."
    person = _locked(person)
    if person.suspended_at is None:
        return "The account was let in again already."
    if person.suspended_at != suspension.suspended_at:
        return "The account was suspended again since, and stays so."
    _let_in(person, by=by, now=now)
    return ""


def _let_in(person: User, *, by: User, now: datetime) -> None:
    person.is_active, person.suspended_at, person.suspended_by = True, None, None
    if not person.is_practitioner:
        _begin_anew(person, by=by, now=now)
    person.save(
        update_fields=[
            "is_active", "suspended_at", "suspended_by", "password", "must_change_password",
            "second_person_from", "sessions_from",
        ]
    )  # fmt: skip
    end_all(person, How.ACCOUNT, now=really(now))
    remember(person, Change.REACTIVATED, by=by, now=now)
    log_entry("person_reactivated", by=by, at=now, person=person.uid)
    if not person.has_usable_password():
        # The link that was mailed before ended with the suspension.
        owe_invitation(person, now)
    owe_again(person, now=now)
    for told in hooks.returned:
        told(person, now)


def _begin_anew(person: User, *, by: User, now: datetime) -> None:
    """Let somebody with a role come in as if it were given to them now; the caller saves."""
    person.set_unusable_password()
    person.must_change_password = False
    person.second_person_from = max(now + NOT_SECOND_FOR, person.second_person_from or now)
    person.end_sessions(really(now))
    factors.end_all(person, FactorEnd.RESET, by=by, now=now)
    watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR)
    hear = User.objects.working().filter(watching).exclude(pk__in=[by.pk, person.pk])
    notify(LET_IN, new_reference(), recipients=hear, now=now, mentions="")


def _tell_of(suspension: Suspension, *, now: datetime) -> list[User]:
    """Owe all who would know that it is wrong a mail with a link of their own; returns them."""
    person = suspension.person
    told = [person, *managers_lately(person, now)]
    for one in told:
        row = SuspensionTold.objects.create(suspension=suspension, person=one)
        notify(SUSPENSION, row.reference, recipients=[one], now=now, mentions=suspension.reference)
    return told


def _locked_alone(person: User, by: User) -> User:
    """Return a person, their row locked, and read anew who acts.

    Of those with a role only one is suspended or given another at a time: two administrators at the
    last two leads would each leave the other's, and two who suspend each other would both be gone.
    """
    if not person.is_practitioner:
        alone_with_roles()
    person = User.objects.locked(person.pk, by.pk)[person.pk]
    by.refresh_from_db(fields=["is_active", "role", "is_lead"])
    return person


def alone_with_roles() -> None:
    """Wait for whoever takes a role from somebody, or stops somebody who has one. Before people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ROLES])


def _locked(person: User) -> User:
    # Not for the key: an insert elsewhere that names this person need not wait.
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)
