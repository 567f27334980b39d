"""One question about people each, asked by action, view and template alike."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q

from shielding.accounts.history import HANDLING, LATELY, AccountChange, is_vouched_for
from shielding.accounts.models import RoleGrant, User, UserQuerySet
from shielding.accounts.second_factor.models import Factor
from shielding.accounts.second_person import (
    is_one_with,
    may_be_second_person,
    still_counts,
    who_count_as_one,
    who_may_be_second,
)
from shielding.accounts.suspensions import BrokenGlass
from shielding.notices.kinds import LET_IN, MOVED, NAME_CHANGED, PASSWORD_CHANGED, Readers
from shielding.roles import Role

IN_LINE = (Role.PRACTITIONER, Role.IW)


def may_keep_directory(by: User) -> bool:
    """Services, practitioners and who manages whom are the IW Team's to keep."""
    return by.is_active and by.is_iw


def may_set_line_manager(by: User, person: User) -> bool:
    """The IW Team sets a line manager, nobody their own, and only for those who can have one."""
    return may_keep_directory(by) and by.pk != person.pk and has_line_manager(person)


def has_line_manager(person: User) -> bool:
    """Auditors and administrators stand outside the line: they have no manager and are none."""
    return person.role in IN_LINE


def may_manage(manager: User, person: User) -> bool:
    """A manager works, has the same role, and is of the same service or already above others.

    "Above": somebody who is anyone's line manager may also manage people of another service, so
    that a head of several services is possible.
    """
    if not manager.is_active or manager.pk == person.pk or manager.role != person.role:
        return False
    return manager.service_id == person.service_id or manager.is_manager


def may_look_after(by: User, person: User) -> bool:
    """Administrators look after anybody's account, the IW Team after practitioners'; nobody after
    their own. To suspend it, let it in again, invite and rename its person.
    """
    if not by.is_active or by.pk == person.pk:
        return False
    return by.is_administrator or (by.is_iw and person.is_practitioner)


def may_suspend(by: User, person: User) -> bool:
    """Whoever looks after an account may suspend it, and an IW lead a member who leads nothing.

    A lead alone lets no member in again: an administrator does, who hears of it.
    """
    leads = by.is_active and by.is_iw and by.is_lead
    return may_look_after(by, person) or (leads and person.is_iw and not person.is_lead)


def who_could_act(now: datetime) -> UserQuerySet:
    """Return whom the council could go on with at this moment: who works, came in, and is not newly
    granted anything. An account that nobody uses may be whoever's.
    """
    able = Q(second_person_from=None) | Q(second_person_from__lte=now)
    return User.objects.working().filter(able, _has_come_in())


def _has_come_in() -> Q:
    """Return who signed in since their account was last given a role or address, or let in again.

    Where a second factor is asked for, also who has one: else they cannot sign in now.
    """
    since = Q(sessions_from=None) | Q(last_login__gte=F("sessions_from"))
    came = Q(last_login__isnull=False) & since
    if not settings.SECOND_FACTOR:
        return came
    return came & Q(Exists(Factor.objects.standing().filter(person=OuterRef("pk"))))


def why_last(person: User, now: datetime, *, to: RoleGrant | None = None) -> str:
    """Return why somebody may be neither suspended nor given this other role, in words, or nothing.

    Of IW leads, members, auditors and administrators one who could act remains, always: whoever
    chose who does would choose for all. An account that was never used may go.
    """
    if person.last_login is None:
        return ""
    others = who_could_act(now).exclude(pk=person.pk)
    stays = _is_a(to.role, is_lead=to.is_lead) if to else {}
    for words, alike in _is_a(person.role, is_lead=person.is_lead).items():
        if words not in stays and not others.filter(alike).exists():
            return (
                f"There would be no {words} left who can act: who works, has signed in, and was"
                " not given the role or let in again in the last 24 hours."
            )
    return ""


def _is_a(role: str, *, is_lead: bool) -> dict[str, Q]:
    """Return what somebody of a role is, of which one must remain, and who else is it."""
    members = {"IW member": Q(role=Role.IW)} if role == Role.IW else {}
    leads = {"IW lead": Q(role=Role.IW, is_lead=True)} if is_lead else {}
    auditors = {"auditor": Q(role=Role.AUDITOR)} if role == Role.AUDITOR else {}
    outside = Q(role=Role.ADMINISTRATOR)
    administrators = {"administrator": outside} if role == Role.ADMINISTRATOR else {}
    return leads | members | auditors | administrators


def why_no_second_lead(by: User, person: User, now: datetime) -> str:
    """Return why somebody may not suspend a lead, in words, or nothing: they did it lately.

    An administrator who suspended one after the other would choose who leads.
    """
    lately = AccountChange.objects.suspended_between(now - LATELY, now)
    if not person.is_lead or not lately.filter(by=by, person__is_lead=True).exists():
        return ""
    return "You suspended another IW lead in the last 28 days: another administrator must do this."


def may_invite(by: User, person: User) -> bool:
    """Whoever looks after an account may send its invitation again, until it has a password."""
    return may_look_after(by, person) and not person.has_usable_password()


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
    """Whoever looks after an account may correct its name; nobody their own."""
    return may_look_after(by, person)


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


def who_hear_of_stop(_reference: str, _now: datetime) -> list[User]:
    """Return who may hear that an IW lead suspended a member: the administrators."""
    return list(User.objects.working().filter(role=Role.ADMINISTRATOR))


def who_hear_of_glass(reference: str, _now: datetime) -> list[User]:
    """Return who may hear that somebody was let in at the server: IW leads, administrators and
    auditors.
    """
    watching = Q(role=Role.IW, is_lead=True) | Q(role__in=[Role.AUDITOR, Role.ADMINISTRATOR])
    return list(User.objects.working().filter(watching)) if is_broken_glass(reference) else []


def is_broken_glass(reference: str) -> bool:
    """Return whether a notice about somebody let in at the server is of one who was."""
    return BrokenGlass.objects.filter(reference=reference).exists()


def who_hear_of_let_in(subject: str, _now: datetime) -> list[User]:
    """Return who was told that an account outside the services was let in again, if they are IW
    leads or auditors still.
    """
    return [one for one in _told(LET_IN, subject) if one.is_lead or one.is_auditor]


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
