"""What is done with services and people. Each act is one transaction with its entry."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from shielding.accounts import policies
from shielding.accounts.addresses import alone_with_addresses, why_not_this_address
from shielding.accounts.history import (
    AccountChange,
    Change,
    is_vouched_for,
    remember,
    remember_manager,
)
from shielding.accounts.models import Service, User, ids_below
from shielding.notices.kinds import INVITATION, NAME_CHANGED
from shielding.notices.notify import notify
from shielding.phone_numbers import is_phone_number, phone_as_stored
from shielding.roles import Role
from shielding.web.refusals import NotAllowed, Refused, WrongState, broken_constraint

# Any number will do, as long as nothing else locks it: whoever changes a line waits here.
_LINES = 7_301_001
# What came again in a form that has made something, and was not what made it.
_SENT = (
    "This form was sent before, and {made}. Nothing of what you sent now is saved: if it was to be"
    " another, begin on a new form."
)


@dataclass(frozen=True)
class FromFile:
    """The import by whose file somebody is added, and who proposed it."""

    reference: str
    proposed_by: User


def add_service(name: str, *, code: str = "", by: User, now: datetime) -> Service:
    """Add a service that practitioners can belong to, and return it.

    `code` was born with the form, so that sending the form twice finds the service. Refuses anyone
    but the IW Team, a form already sent with another name, and a name that another service has, in
    whatever case. Process document, step 2: who may ask for shielding.
    """
    _directory_only(by)
    with transaction.atomic():
        try:
            with transaction.atomic():
                service = Service(name=name, created_at=now)
                service.code = code or service.code
                service.save(force_insert=True)
        except IntegrityError as error:
            # Of two at once the second has waited for the first, here.
            if sent := Service.objects.filter(code=code).first():
                return _same_service(sent, name)
            _only(error, "service_name_once")
            raise Refused("name_taken", "There is a service of this name already.") from error
        log_entry("service_added", by=by, at=now, added=service.code)
    return service


def _same_service(sent: Service, name: str) -> Service:
    if sent.name != name:
        raise WrongState("form_sent", _SENT.format(made=f"{sent.name} was added"))
    return sent


def close_service(service: Service, *, by: User, now: datetime) -> None:
    """Close a service: nobody can be added to it until it is opened again; its history stays.

    Refuses anyone but the IW Team, a closed service, and one that people still work in.
    """
    _directory_only(by)
    with transaction.atomic():
        service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        if not service.is_open:
            raise WrongState("service_closed", "This service is closed already.")
        if User.objects.working().in_service(service).exists():
            raise WrongState(
                "service_in_use",
                "People still work in this service. Suspend their accounts first.",
            )
        service.closed_at, service.closed_by = now, by
        service.save(update_fields=["closed_at", "closed_by"])
        log_entry("service_closed", by=by, at=now, closed=service.code)


def reopen_service(service: Service, *, by: User, now: datetime) -> None:
    """Open a closed service again: people can be added to it, and let in again who were suspended.

    Refuses anyone but the IW Team, and a service that is open.
    """
    _directory_only(by)
    with transaction.atomic():
        service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        if service.is_open:
            raise WrongState("service_open", "This service is open already.")
        service.closed_at, service.closed_by = None, None
        service.save(update_fields=["closed_at", "closed_by"])
        log_entry("service_reopened", by=by, at=now, reopened=service.code)


def add_practitioner(
    *,
    name: str,
    email: str,
    service: Service,
    phone: str = "",
    line_manager: User | None = None,
    uid: UUID | None = None,
    by: User,
    now: datetime,
    from_file: FromFile | None = None,
) -> User:
    """Add a practitioner to an open service, and return the account, which has no password yet.

    They are sent an invitation to choose one. `uid` was born with the form, so that sending the
    form twice finds the account. With `from_file` whoever proposed that file counts as the
    account's maker.

    Refuses anyone but the IW Team, a closed service, an email address that has an account, what
    is no phone number, a line manager who may not manage this person, and a form already sent with
    anything else in it or by a colleague. Process document, step 2.
    """
    _directory_only(by)
    with transaction.atomic():
        person = User(name=name, role=Role.PRACTITIONER, service=service, created_at=now)
        person.phone = phone_as_stored(phone)
        if sent := sent_before(uid, person, email, by=by):
            return sent
        person.uid, person.phone = uid or person.uid, ""
        service = person.service = open_service(service)
        if line_manager is not None:
            _alone(_LINES)
            person.line_manager = _fit_manager(line_manager, person)
        person = create_account(person, email)
        remember(person, Change.MADE, by=from_file.proposed_by if from_file else by, now=now)
        _log_added(person, service, from_file, by=by, now=now)
        if phone:
            _keep_phone(person, phone, from_file=from_file, by=by, now=now)
        owe_invitation(person, now)
    return person


def alone_to_add(service: str) -> None:
    """Wait for whoever makes an account, closes this service or changes a line, as adding does.

    For an act that locks people before it adds somebody: everybody takes these first.
    """
    alone_with_addresses()
    Service.objects.select_for_update(no_key=True).filter(code=service).first()
    _alone(_LINES)


def _log_added(
    person: User, service: Service, from_file: FromFile | None, *, by: User, now: datetime
) -> None:
    facts: dict[str, Any] = {
        "person": person.uid,
        "new_role": person.role,
        "new_service": service.code,
    }
    if from_file is None:
        log_entry("person_added", by=by, at=now, **facts)
        return
    log_entry(
        "person_added_from_file",
        by=by,
        at=now,
        reference=from_file.reference,
        **facts,
        proposed_by=from_file.proposed_by.uid,
    )


def sent_before(uid: UUID | None, person: User, email: str, *, by: User) -> User | None:
    """Return the account that this form made, if it made one: this person, by the same colleague.

    From here on whoever makes an account waits. Refuses a form that made somebody else, or the same
    one put right: what was made stays as it is, and nobody may believe that it was changed.
    """
    alone_with_addresses()
    sent = User.objects.select_related("service").filter(uid=uid).first() if uid else None
    if sent is None:
        return None
    who = (person.name, User.objects.as_stored(email), person.role, person.service, person.phone)
    made = AccountChange.objects.of(sent).filter(change=Change.MADE, by=by).exists()
    if not made or (sent.name, sent.email, sent.role, sent.service, sent.phone) != who:
        raise WrongState("form_sent", _SENT.format(made=f"{sent.name} has an account since"))
    return sent


def owe_invitation(person: User, now: datetime) -> None:
    """Owe a person the mail with the link that sets their first password."""
    notify(INVITATION, new_reference(), recipients=[person], now=now, mentions="")


def invite_again(person: User, *, by: User, now: datetime) -> None:
    """Send somebody's invitation again; a link that is not used yet stays good as well.

    Refuses whose account is not the asker's to look after, one that is not in use, and one that has
    a password: its owner asks for a new one without us.
    """
    with transaction.atomic():
        person = _locked(person)
        if not policies.may_look_after(by, person):
            raise NotAllowed("may_not_invite")
        if not person.is_active:
            raise WrongState("not_in_use", "This account is not in use.")
        if not policies.may_invite(by, person):
            raise WrongState("has_password", "This person has chosen a password already.")
        owe_invitation(person, now)
        log_entry("invited_again", by=by, at=now, person=person.uid)


def create_account(person: User, email: str) -> User:
    """Save a new account under this address, without a password.

    Refuses an address in use, and what `why_not_this_address` names. Two accounts made at
    once wait for each other: their addresses may differ by a dot.
    """
    person.email = User.objects.as_stored(email)
    alone_with_addresses()
    if wrong := why_not_this_address(person.email):
        raise Refused("unfit_address", f"{wrong}.")
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        _only(error, "accounts_user_email")
        raise Refused(
            "email_taken", "There is an account with this email address already."
        ) from error
    return person


def vouch(person: User, *, phoned: bool, by: User, now: datetime) -> None:
    """Say that the person behind a new account was phoned on a number from the directory.

    From then on it lets go of what it asked for. Refuses whoever made it, let it be used again or
    renamed it, and whoever counts as one with them, anyone newly granted their role, a second time,
    and without the call.
    """
    with transaction.atomic():
        person = _locked(person)
        if not policies.may_keep_directory(by):
            raise NotAllowed("not_iw")
        if not person.is_practitioner or is_vouched_for(person):
            raise WrongState("vouched", "Nobody has to phone the person behind this account.")
        if not policies.may_vouch(by, person, now):
            raise NotAllowed("second_person", "Another member must phone them, not you.")
        if not phoned:
            raise WrongState("not_phoned", "Phone them on a number from the directory first.")
        remember(person, Change.VOUCHED, by=by, now=now)
        log_entry("person_vouched", by=by, at=now, person=person.uid)


def rename(person: User, name: str, *, by: User, now: datetime) -> None:
    """Correct a person's name. Refuses oneself, and whom the asker does not look after.

    The person is told, without the names, and the page of their account says when and by whom: a
    colleague is known by the name where one is chosen. The name that is there already is kept.
    """
    with transaction.atomic():
        person = _locked(person)
        if not policies.may_rename(by, person):
            raise NotAllowed("may_not_rename")
        if name == person.name:
            return
        person.name = name
        person.save(update_fields=["name"])
        remember(person, Change.RENAMED, by=by, now=now)
        notify(NAME_CHANGED, new_reference(), recipients=[person], now=now, mentions="")
        log_entry("person_renamed", by=by, at=now, person=person.uid)


def set_phone(person: User, phone: str, *, by: User, now: datetime) -> None:
    """Keep a person's work phone number in the directory; an empty one is none.

    Members phone it to confirm a word, and who may contact a requester is shown it: so the page of
    the account says when and by whom it was set. Refuses anyone but the IW Team, oneself, and what
    is no phone number. The number that is there already is found kept.
    """
    with transaction.atomic():
        person = _locked(person)
        if not policies.may_set_phone(by, person):
            raise NotAllowed("may_not_set_phone")
        if phone_as_stored(phone) != person.phone:
            _keep_phone(person, phone, by=by, now=now)


def _keep_phone(
    person: User, phone: str, *, by: User, now: datetime, from_file: FromFile | None = None
) -> None:
    """Keep a number, and who set it: of a row of a file who proposed that, whose number it is."""
    person.phone = phone_as_stored(phone)
    if person.phone and not is_phone_number(person.phone):
        raise Refused("unfit_phone", "This is not a phone number.")
    person.save(update_fields=["phone"])
    set_by = from_file.proposed_by if from_file else by
    remember(person, Change.PHONE_SET, by=set_by, now=now)
    # Whether there is one since; the number is in no entry.
    if from_file is None:
        log_entry("person_phone_set", by=by, at=now, person=person.uid, kept=bool(person.phone))
        return
    log_entry(
        "person_phone_from_file",
        by=by,
        at=now,
        reference=from_file.reference,
        person=person.uid,
        proposed_by=set_by.uid,
    )


def set_line_manager(person: User, manager: User | None, *, by: User, now: datetime) -> None:
    """Set whom a person reports to, or nobody.

    Refuses anyone but the IW Team, oneself, a manager who may not manage this person, and one who
    reports to the person, however far up: nobody may end up deciding their own. Every change
    of a line waits for the others, so that two at once cannot make a circle together. The manager
    who is it already is found kept. Process document, step 3: the line manager supports the
    decision.
    """
    with transaction.atomic():
        person = locked_in_line(person, manager)
        if not policies.may_set_line_manager(by, person):
            raise NotAllowed("may_not_set_manager")
        give_manager(person, manager, by=by, now=now)


def locked_in_line(person: User, *others: User | None) -> User:
    """Return a person, their row and these others' locked, in the order of a hand-over.

    From here on whoever changes a line waits.
    """
    _alone(_LINES)
    people = User.objects.locked(person.pk, *(one.pk for one in others if one is not None))
    return people[person.pk]


def give_manager(person: User, manager: User | None, *, by: User, now: datetime) -> None:
    """Give a person another line manager, or nobody, and keep who it was. A part of acts that have
    locked the line: refuses a manager who may not manage them, and a circle.
    """
    before = person.line_manager
    if manager is not None:
        manager = _fit_manager(manager, person)
        if manager.pk in ids_below(person):
            raise Refused(
                "manager_circle",
                "This person reports to them already, directly or through others.",
            )
    if before == manager:
        return
    person.line_manager = manager
    person.save(update_fields=["line_manager"])
    remember_manager(person, before, by=by, now=now)
    log_entry(
        "line_manager_set",
        by=by,
        at=now,
        person=person.uid,
        before=before.uid if before else "",
        after=manager.uid if manager else "",
    )


def _directory_only(by: User) -> None:
    if not policies.may_keep_directory(by):
        raise NotAllowed("not_iw")


def _locked(person: User) -> User:
    # Not for the key: an insert elsewhere that names this person need not wait.
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def open_service(service: Service) -> Service:
    """Return a service, its row locked. Refuses a closed one."""
    service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    if not service.is_open:
        raise WrongState("service_closed", "This service is closed.")
    return service


def _fit_manager(manager: User, person: User) -> User:
    manager = _locked(manager)
    if not policies.may_manage(manager, person):
        raise Refused("unfit_manager", "This person cannot be their line manager.")
    return manager


def _alone(lock: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def _only(error: IntegrityError, constraint: str) -> None:
    """Let pass only the breach that was foreseen; anything else is a fault of ours."""
    if not broken_constraint(error).startswith(constraint):
        raise error
