"""Two people: whose step counts, who count as one, and who may be the second.

How long ago somebody may have handled another's account is `history.LATELY`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from shielding.accounts.history import (
    HANDLING,
    LATELY,
    AccountChange,
    Change,
    handled_since,
    moved_since,
    suspended_since,
)
from shielding.accounts.models import RoleGrant, User, UserQuerySet
from shielding.roles import Role

# How long nobody is the second person of anything after a role, a password or another email address
# was handed to them.
NOT_SECOND_FOR = timedelta(hours=24)


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
    """Return on which rows who acted at a moment was newly granted their role, had got another
    email address or second factor, or was let in again: that day `may_be_second_person` says no.
    """
    until = F(f"{by}__second_person_from")
    ever = Q(**{f"{by}__second_person_from__isnull": False})
    latest = ever & Q(**{f"{at}__lt": until, f"{at}__gte": until - NOT_SECOND_FOR})
    # What was done since has moved that day; the grants and addresses before it are still known.
    the_day_before = (OuterRef(at) - NOT_SECOND_FOR, OuterRef(at))
    granted = RoleGrant.objects.filter(person=OuterRef(by), confirmed_at__range=the_day_before)
    changes = AccountChange.objects.filter(person=OuterRef(by), at__range=the_day_before)
    handed = (Change.READDRESSED, Change.REACTIVATED, Change.FACTOR_RESET)
    anew = changes.filter(change__in=handed)
    return latest | Q(Exists(granted)) | Q(Exists(anew))


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


def count_as_one(first: str, first_at: str, second: str, second_at: str) -> Q:
    """Return on which rows who took a first and a second step count as one, as a condition of a
    query whose columns these are.

    One handled the other's account between 28 days before the first step and the second: what was
    done later makes neither of them false.
    """
    one, other = OuterRef(first), OuterRef(second)
    lately = (OuterRef(first_at) - LATELY, OuterRef(second_at))
    changes = AccountChange.objects.filter(
        Q(person=one, by=other) | Q(person=other, by=one), change__in=HANDLING, at__range=lately
    )
    grants = RoleGrant.objects.filter(
        Q(person=one) & (Q(proposed_by=other) | Q(confirmed_by=other))
        | Q(person=other) & (Q(proposed_by=one) | Q(confirmed_by=one)),
        confirmed_at__range=lately,
    )
    return Q(Exists(changes)) | Q(Exists(grants.order_by()))


def may_be_second_after(user: User, first: int, *, at: datetime, now: datetime) -> bool:
    """Return whether the member may be the second of two after somebody's first step.

    Not that person, nor one who counts as one with them from 28 days before that step on, nor
    newly granted their role.
    """
    barred = with_who_count_as_one({first}, since=at - LATELY)
    return user.pk not in barred and may_be_second_person(user, now)


def barred_after(user: User, step: str) -> Q:
    """Return on which rows (`<step>_by`, `<step>_at`) a member is no second after that step:
    `may_be_second_after` as a condition of a query, but for who is newly granted their role.
    """
    return is_one_with(user.pk, f"{step}_by", f"{step}_at")


def somebody_after(step: str, now: datetime, but: Q | None = None) -> Q:
    """Return on which rows (`<step>_by`, `<step>_at`) any working member may be the second.

    `but` are conditions on that member which keep them from it, with the row as its OuterRef.
    """
    barred = is_one_with("pk", OuterRef(f"{step}_by"), OuterRef(f"{step}_at"))
    team = who_may_be_second(now)
    return Q(Exists(team.exclude(barred) if but is None else team.exclude(barred).exclude(but)))


def who_may_be_second(now: datetime) -> UserQuerySet:
    """Return the working members who may be the second person of something, by and large."""
    able = Q(second_person_from=None) | Q(second_person_from__lte=now)
    return User.objects.working().iw_team().filter(able).order_by("sort_name", "pk")


def is_one_with(user: int | str | OuterRef, by: str | OuterRef, at: str | OuterRef) -> Q:
    """Return on which rows a member is, or counts as one with, whoever acted at a moment.

    From 28 days before that moment on. A text names a column of the row; `user` or `by` is one.
    """
    own = Q(**{user: by}) if isinstance(user, str) else Q(**{str(by): user})
    one, other, since = outside(user), outside(by), outside(at) - LATELY
    changes = AccountChange.objects.filter(
        Q(person=other, by=one) | Q(person=one, by=other), change__in=HANDLING, at__gt=since
    ).exclude(person__role=Role.PRACTITIONER)
    gave = Q(proposed_by=one) | Q(confirmed_by=one)
    got = Q(proposed_by=other) | Q(confirmed_by=other)
    grants = RoleGrant.objects.filter(
        Q(person=other) & gave | Q(person=one) & got, confirmed_at__gt=since
    )
    return own | Exists(changes) | Exists(grants.order_by())


def outside(value: Any) -> Any:
    """Return what a query inside another calls a column of the outer one; a value stays one."""
    return OuterRef(value) if isinstance(value, str | OuterRef) else value


def seconds_after(first: int, *, at: datetime, now: datetime) -> list[User]:
    """Return the working members who may be the second after a step: `may_be_second_after`."""
    barred = with_who_count_as_one({first}, since=at - LATELY)
    others = User.objects.working().iw_team().exclude(pk__in=barred).order_by("sort_name", "id")
    return [one for one in others if may_be_second_person(one, now)]


def may_be_second_person(by: User, now: datetime) -> bool:
    """For a day after a role was granted, the address changed, or they were let in again, nobody is
    a second person.
    """
    return by.second_person_from is None or now >= by.second_person_from
