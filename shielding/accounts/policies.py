"""One question about people each, asked by action, view and template alike."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from shielding.accounts.history import HANDLING, AccountChange, is_vouched_for
from shielding.accounts.models import RoleGrant, User
from shielding.accounts.second_person import (
    is_one_with,
    may_be_second_person,
    still_counts,
    who_count_as_one,
    who_may_be_second,
)
from shielding.notices.kinds import MOVED, NAME_CHANGED, PASSWORD_CHANGED, Readers
from shielding.roles import Role


def may_keep_directory(by: User) -> bool:
    """Services, practitioners and who manages whom are the IW Team's to keep."""
    return by.is_active and by.is_iw


def may_set_line_manager(by: User, person: User) -> bool:
    """The IW Team sets a line manager, nobody their own, and only for those who can have one."""
    return may_keep_directory(by) and by.pk != person.pk and has_line_manager(person)


def has_line_manager(person: User) -> bool:
    """Auditors and administrators stand outside the line: they have no manager and are none."""
    return person.role in (Role.PRACTITIONER, Role.IW)


def may_manage(manager: User, person: User) -> bool:
    """A manager works, has the same role, and is of the same service or already above others.

    "Above": somebody who is anyone's line manager may also manage people of another service, so
    that a head of several services is possible.
    """
    if not manager.is_active or manager.pk == person.pk or manager.role != person.role:
        return False
    return manager.service_id == person.service_id or manager.is_manager


def may_suspend(by: User, person: User) -> bool:
    """Administrators suspend anybody, the IW Team practitioners; nobody themselves."""
    if not by.is_active or by.pk == person.pk:
        return False
    return by.is_administrator or (by.is_iw and person.is_practitioner)


def may_invite(by: User, person: User) -> bool:
    """Whoever may suspend an account may send its invitation again, until it has a password."""
    return may_suspend(by, person) and not person.has_usable_password()


def may_vouch(by: User, person: User, now: datetime) -> bool:
    """Return whether the member may say that they phoned the person behind a new account.

    Not who made it, let it be used again or renamed it: they could be the person. Nor whose own
    account one of these handled from 28 days before on, or the other way round, nor newly granted.
    """
    handlings = AccountChange.objects.of(person).handlings()
    return (
        may_keep_directory(by)
        and person.is_active
        and person.is_practitioner
        and not is_vouched_for(person)
        and by.pk not in who_count_as_one(handlings)
        and may_be_second_person(by, now)
    )


def to_vouch_by(by: User, now: datetime) -> Q:
    """Return which new accounts are this member's to phone: `may_vouch`, as a query.

    Or where nobody may: then each one's.
    """
    if not may_keep_directory(by):
        return Q(pk__in=[])
    handled = AccountChange.objects.filter(change__in=HANDLING, person=OuterRef("pk"))
    of_account = AccountChange.objects.filter(change__in=HANDLING, person=OuterRef(OuterRef("pk")))
    theirs = Exists(of_account.filter(is_one_with(OuterRef("pk"), "by", "at")))
    nobody = ~Q(Exists(who_may_be_second(now).exclude(theirs)))
    if not may_be_second_person(by, now):
        return nobody
    return nobody | ~Q(Exists(handled.filter(is_one_with(by.pk, "by", "at"))))


def may_rename(by: User, person: User) -> bool:
    """Whoever may suspend an account may correct its name; nobody their own."""
    return may_suspend(by, person)


def may_set_phone(by: User, person: User) -> bool:
    """The IW Team keeps everybody's work phone number; nobody their own."""
    return may_keep_directory(by) and by.pk != person.pk


def may_propose_role(by: User, person: User | None = None) -> bool:
    """Administrators propose roles, never their own, and never for a practitioner's account.

    A practitioner's holds and reviews are tied to their account: it stays a practitioner's.
    """
    if not (by.is_active and by.is_administrator):
        return False
    return person is None or (by.pk != person.pk and not person.is_practitioner)


def may_decide_role(by: User, grant: RoleGrant, now: datetime) -> bool:
    """An IW lead confirms or refuses: not the one who proposed, not the one it is about."""
    return (
        by.is_active
        and by.is_iw
        and by.is_lead
        and by.pk not in (grant.person_id, grant.proposed_by_id)
        and may_be_second_person(by, now)
    )


def to_decide_by(by: User, now: datetime) -> Q:
    """Return which proposed roles this person may decide: `may_decide_role`, as a query."""
    if not (by.is_active and by.is_iw and by.is_lead and may_be_second_person(by, now)):
        return Q(pk__in=[])
    return ~Q(person=by.pk) & ~Q(proposed_by=by.pk)


def who_hear_of_grant(reference: str, _now: datetime) -> list[User] | None:
    """Return who may hear that a role was given: its person, IW leads and auditors.

    None where there is no such proposal.
    """
    grant = RoleGrant.objects.filter(reference=reference).first()
    if grant is None:
        return None
    watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR) | Q(pk=grant.person_id)
    return list(User.objects.working().filter(watching))


def who_was_renamed(subject: str, _now: datetime) -> list[User]:
    """Return whose name was changed, for them alone: everybody who works reads their own."""
    return _told(NAME_CHANGED, subject)


def whose_password(subject: str, _now: datetime) -> list[User]:
    """Return whose password was changed, for them alone."""
    return _told(PASSWORD_CHANGED, subject)


def who_hear_of_move(subject: str, _now: datetime) -> list[User]:
    """Return who was moved to another service, and who managed or manages them, if they work."""
    return _told(MOVED, subject)


def told_of(kind: str) -> Readers:
    """Return the question whom something of their own sign-in is told: who was owed it, alone."""
    return lambda subject, _now: _told(kind, subject)


def _told(kind: str, subject: str) -> list[User]:
    told = {"notices__kind": kind, "notices__subject": subject}
    return list(User.objects.working().filter(**told))


def who_keep_roles(reference: str, _now: datetime) -> list[User] | None:
    """Return who may open the page of a proposed role: administrators and IW leads."""
    if not RoleGrant.objects.filter(reference=reference).exists():
        return None
    keeping = Q(role=Role.IW, is_lead=True) | Q(role=Role.ADMINISTRATOR)
    return list(User.objects.working().filter(keeping))


def why_void_grant(grant: RoleGrant) -> str:
    """Return why nobody can confirm a proposed role any more, in words, or nothing.

    The first step of somebody who no longer works as an administrator, or did not all the time
    since, falls away.
    """
    if still_counts(grant.proposed_by_id, Role.ADMINISTRATOR, since=grant.proposed_at):
        return ""
    return (
        "Whoever proposed this has stopped being an administrator since (for good or for a time), "
        "so nobody can confirm it: refuse it, and an administrator proposes it again."
    )
