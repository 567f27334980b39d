"""One question about people each, asked by action, view and template alike."""

import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q

from shielding import clock
from shielding.accounts.deputies import (
    MONTHS_AHEAD,
    MOST_DAYS,
    OF_DAYS,
    Deputy,
    approvers_of,
    days_between,
    stands_in_too_long,
)
from shielding.accounts.history import AccountChange, is_vouched_for
from shielding.accounts.models import RoleGrant, User, ids_above, ids_below
from shielding.roles import Role

# How long nobody is the second person of anything after a role or a password was handed to them.
NOT_SECOND_FOR = timedelta(hours=24)


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


def may_have_deputy(manager: User) -> bool:
    """A practitioner whom somebody working here names as line manager, suspended or not."""
    return manager.is_practitioner and manager.is_manager


def may_name_deputy(by: User, manager: User) -> bool:
    """A manager names a deputy for themself, the IW Team for anybody who manages others.

    So a deputy names nobody for the one they stand in for.
    """
    return by.is_active and may_have_deputy(manager) and (by.is_iw or by.pk == manager.pk)


def may_stand_in(person: User, manager: User) -> bool:
    """A deputy works, manages others, and is of the same service or above the absent one.

    Never somebody whom the absent one manages, directly or through others.
    """
    if not person.is_active or person.pk == manager.pk or not may_have_deputy(person):
        return False
    if person.pk in ids_below(manager):
        return False
    return person.service_id == manager.service_id or person.pk in ids_above(manager)


def may_end_deputy(by: User, deputy: Deputy) -> bool:
    """The manager and the IW Team end it early, the deputy not: nobody leaves a post alone."""
    return by.is_active and (by.is_iw or by.pk == deputy.manager_id)


def why_not_these_days(first_day: date, last_day: date, today: date) -> str:
    """Return what is wrong with a deputy's days, in words for the page, or nothing."""
    if first_day < today:
        return "The first day must be today or in the future"
    if last_day < first_day:
        return "The last day must be the first day or after it"
    if days_between(first_day, last_day) > MOST_DAYS:
        return f"A deputy stands in for at most {MOST_DAYS} days"
    if last_day > clock.months_after(today, MONTHS_AHEAD):
        return "The last day must be within a year from today"
    return ""


def why_not_these_days_of(deputy: User, manager: User, first_day: date, last_day: date) -> str:
    """Return why a deputy does not get these days beside others they have, or nothing."""
    if stands_in_too_long(manager, deputy, first_day, last_day):
        return (
            f"With these days they would stand in on more than {MOST_DAYS} of {OF_DAYS} days:"
            " choose fewer days, or somebody else"
        )
    return ""


def may_approve_for(user: User, person: User, day: date) -> bool:
    """Whoever is the person's line manager or stands in for them that day; nobody for themself."""
    return user.is_active and user in approvers_of(person, day)


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

    Not who made it, or let it be used again: they could be the person. Nor newly granted.
    """
    return (
        may_keep_directory(by)
        and person.is_active
        and person.is_practitioner
        and not is_vouched_for(person)
        and by.pk not in AccountChange.objects.of(person).handlers()
        and may_be_second_person(by, now)
    )


def may_rename(by: User, person: User) -> bool:
    """Whoever may suspend an account may correct its name; nobody their own."""
    return may_suspend(by, person)


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


def who_hear_of_grant(reference: str, _now: datetime) -> list[User] | None:
    """Return who may hear that a role was given: its person, IW leads and auditors.

    None where there is no such proposal.
    """
    grant = RoleGrant.objects.filter(reference=reference).first()
    if grant is None:
        return None
    watching = Q(role=Role.IW, is_lead=True) | Q(role=Role.AUDITOR) | Q(pk=grant.person_id)
    return list(User.objects.working().filter(watching))


def who_keep_roles(reference: str, _now: datetime) -> list[User] | None:
    """Return who may open the page of a proposed role: administrators and IW leads."""
    if not RoleGrant.objects.filter(reference=reference).exists():
        return None
    keeping = Q(role=Role.IW, is_lead=True) | Q(role=Role.ADMINISTRATOR)
    return list(User.objects.working().filter(keeping))


def why_void_grant(grant: RoleGrant) -> str:
    """Return why nobody can confirm a proposed role any more, in words, or nothing.

    The first step of somebody who no longer works as an administrator falls away.
    """
    proposed = User.objects.get(pk=grant.proposed_by_id)
    if proposed.is_active and proposed.is_administrator:
        return ""
    return (
        "Whoever proposed this no longer works as an administrator, so nobody can confirm it: "
        "refuse it, and an administrator proposes it anew."
    )


def may_be_second_person(by: User, now: datetime) -> bool:
    """For a day after a role was granted nobody is the second person of anything."""
    return by.second_person_from is None or now >= by.second_person_from


def why_not_this_address(email: str) -> str:
    """Return why no account gets this address, in words for the page, or nothing.

    Mail to ann+x@ is ann's, and to many mail servers a.nn@ is too: with two accounts one person
    could be both of the two that are asked for. One already in use is PostgreSQL's to refuse.
    """
    local, _, domain = email.strip().lower().partition("@")
    if settings.MAIL_DOMAINS and domain not in settings.MAIL_DOMAINS:
        allowed = " or ".join(f"@{one}" for one in settings.MAIL_DOMAINS)
        return f"The address must end in {allowed}"
    if "+" in local:
        return "The address must not have a “+”: it would be another account of the same mailbox"
    if User.objects.with_mailbox_like(local, domain).exists():
        return (
            "A colleague’s account has this address with dots elsewhere: that can be the same"
            " mailbox"
        )
    return ""


# The part before the "@" of an address that a whole office is likely to read.
_SHARED = re.compile(
    r"(^|[^a-z])(admin|administrator|contact|duty|enquir(y|ies)|frontdesk|head|hello|help|helpdesk"
    r"|inbox|info|mail|manager|office|postbox|reception|secretary|services?|shared|support|teams?)"
    r"([^a-z]|$)"
)


def looks_shared(email: str) -> bool:
    """Return whether an address looks like an office's and not a person's: pages warn of it."""
    return _SHARED.search(email.partition("@")[0].lower()) is not None
