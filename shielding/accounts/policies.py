"""One question about people each, asked by action, view and template alike."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from shielding.accounts.history import (
    LATELY,
    AccountChange,
    handled_since,
    is_vouched_for,
    moved_since,
    suspended_since,
)
from shielding.accounts.models import RoleGrant, User
from shielding.notices.kinds import NAME_CHANGED
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
    told = {"notices__kind": NAME_CHANGED, "notices__subject": subject}
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
        "Whoever proposed this no longer works as an administrator, or did not all the time since, "
        "so nobody can confirm it: refuse it, and an administrator proposes it anew."
    )


def still_counts(person: int | None, role: str, *, since: datetime | None) -> bool:
    """Return whether the step that somebody took in a role at a moment still counts.

    Only if they work in it, and did all the time since: what fell away is taken anew, also once
    the account is let in again. Read anew, for whoever has the row in hand read it before.
    """
    if person is None or since is None:
        return False
    broke = Exists(suspended_since(person, since)) | Exists(moved_since(person, since, role))
    return User.objects.working().filter(~broke, pk=person, role=role).exists()


def fallen_away(step: str, role: str) -> Q:
    """Return on which rows a step (`<step>_by`, `<step>_at`) counts no more: `still_counts`, as a
    condition of a query. Of rows that are a step themselves (`by`, `at`) it has no name.
    """
    by, at = (f"{step}_by", f"{step}_at") if step else ("by", "at")
    by_at = (OuterRef(by), OuterRef(at))
    works = Q(**{f"{by}__is_active": True, f"{by}__role": role})
    broke = Exists(suspended_since(*by_at)) | Exists(moved_since(*by_at, role))
    return ~works | broke


def newly_granted(by: str, at: str) -> Q:
    """Return on which rows who acted at a moment was newly granted their role: for that day
    `may_be_second_person` says no.
    """
    until = F(f"{by}__second_person_from")
    ever = Q(**{f"{by}__second_person_from__isnull": False})
    return ever & Q(**{f"{at}__lt": until, f"{at}__gte": until - NOT_SECOND_FOR})


def with_who_count_as_one(members: set[int], *, since: datetime) -> set[int]:
    """Return the ids of these members, and of all who count as one of them in what takes two.

    One of the two made the other's account, let it be used again, renamed it or gave it its role
    after a moment: they could act as both, under two names.
    """
    pairs = handled_since(since)
    own = {by for person, by in pairs if person in members}
    theirs = {person for person, by in pairs if by in members}
    return members | own | theirs


def who_count_as_one(steps: Iterable[tuple[int, datetime]]) -> set[int]:
    """Return the ids of who took steps, by whom and when, each with who counts as one with them.

    Counted from 28 days before each one's first step on, so that waiting lets nobody in.
    """
    first: dict[int, datetime] = {}
    for by, at in steps:
        first[by] = min(at, first.get(by, at))
    return {pk for by, at in first.items() for pk in with_who_count_as_one({by}, since=at - LATELY)}


def counted_as_since(moment: datetime) -> dict[int, int]:
    """Return as whom members count, by id, of whom several count as one after a moment.

    Also where a third connects two of them: whoever let both in could act under either name.
    """
    counted: dict[int, int] = {}
    for pair in handled_since(moment):
        one, other = sorted(counted.get(member, member) for member in pair)
        counted |= {pk: one for pk, known in counted.items() if known == other}
        counted |= dict.fromkeys(pair, one)
    return counted


def may_be_second_after(user: User, first: int, *, at: datetime, now: datetime) -> bool:
    """Return whether the member may be the second of two after somebody's first step.

    Not that person, nor one who counts as one with them from 28 days before that step on, nor
    newly granted their role.
    """
    barred = with_who_count_as_one({first}, since=at - LATELY)
    return user.pk not in barred and may_be_second_person(user, now)


def seconds_after(first: int, *, at: datetime, now: datetime) -> list[User]:
    """Return the working members who may be the second after a step: `may_be_second_after`."""
    barred = with_who_count_as_one({first}, since=at - LATELY)
    others = User.objects.working().iw_team().exclude(pk__in=barred).order_by("name")
    return [one for one in others if may_be_second_person(one, now)]


def may_be_second_person(by: User, now: datetime) -> bool:
    """For a day after a role was granted nobody is the second person of anything."""
    return by.second_person_from is None or now >= by.second_person_from
