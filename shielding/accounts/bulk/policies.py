"""Who may propose, confirm and run an import from a file: one function for each question."""

from datetime import datetime, timedelta

from django.db.models import Q

from shielding.accounts.bulk.models import FileImport
from shielding.accounts.history import moved_since, suspended_since
from shielding.accounts.models import User
from shielding.accounts.policies import may_keep_directory
from shielding.accounts.second_person import (
    barred_after,
    fallen_away,
    may_be_second_after,
    may_be_second_person,
    seconds_after,
    still_counts,
)
from shielding.roles import Role
from shielding.web.uploads import fingerprint

PROPOSED_AGAIN = (
    "Whoever proposed this has left the IW Team since (for good or for a time), so nobody can "
    "confirm it: take it back, and a member proposes it again."
)
# For so long whoever confirmed an import goes on with it alone; then a colleague may.
GOES_ON = timedelta(hours=1)


def may_import(user: User) -> bool:
    """Return whether the member may check a file and propose it."""
    return may_keep_directory(user)


def is_its_file(found: FileImport, content: bytes) -> bool:
    """Return whether this is the file that was proposed, to the byte."""
    return fingerprint.is_same(found.digest, fingerprint.of_file(content))


def proposal_counts(found: FileImport) -> bool:
    """Return whether whoever proposed works in the IW Team, and did all the time since."""
    return still_counts(found.proposed_by_id, Role.IW, since=found.proposed_at)


def may_confirm(user: User, found: FileImport, now: datetime) -> bool:
    """Return whether the member may be the second: not who proposed or counts as one with them, nor
    newly granted. Of one that a colleague confirmed only where they do not go on with it.
    """
    return (
        may_import(user)
        and found.is_open
        and _waits_for_a_second(found, now)
        and may_be_second_after(user, found.proposed_by_id, at=found.proposed_at, now=now)
    )


def _waits_for_a_second(found: FileImport, now: datetime) -> bool:
    """Return whether nobody confirmed it, or who did has not ended it for an hour, or is gone."""
    if found.confirmed_by_id is None or found.confirmed_at is None:
        return True
    gone = not still_counts(found.confirmed_by_id, Role.IW, since=found.confirmed_at)
    return gone or now - found.confirmed_at >= GOES_ON


def may_go_on(user: User, found: FileImport) -> bool:
    """Return whether the member may run the rest: who confirmed it, as long as that counts."""
    return (
        found.is_open
        and found.confirmed_by_id == user.pk
        and still_counts(user.pk, Role.IW, since=found.confirmed_at)
    )


def both_count(found: FileImport, locked: dict[int, User]) -> bool:
    """Return whether both members work in the IW Team and did all the time since their steps.

    `still_counts` of both, of accounts that are locked, in questions that thousands of rows can
    ask: for each row the other costs as much as all the rest.
    """
    if found.confirmed_by_id is None or found.confirmed_at is None:
        return False
    steps = ((found.proposed_by_id, found.proposed_at), (found.confirmed_by_id, found.confirmed_at))
    works = all(locked[pk].is_active and locked[pk].is_iw for pk, _ in steps)
    (one, at), (other, then) = steps
    stopped = suspended_since(one, at) | suspended_since(other, then)
    moved = moved_since(one, at, Role.IW) | moved_since(other, then, Role.IW)
    return works and not stopped.exists() and not moved.exists()


def who_may_confirm(found: FileImport, now: datetime) -> list[User]:
    """Return the members who may be the second."""
    return seconds_after(found.proposed_by_id, at=found.proposed_at, now=now)


def to_upload_by(user: User, now: datetime) -> Q:
    """Return which open imports wait for this member, as a query: to confirm, to go on with, or,
    where whoever proposed has gone, to take back.
    """
    gone = fallen_away("confirmed", Role.IW)
    void = fallen_away("proposed", Role.IW)
    own = Q(confirmed_by=user.pk) & ~gone
    if not may_be_second_person(user, now):
        return own | void
    waits = Q(confirmed_at__isnull=True) | Q(confirmed_at__lte=now - GOES_ON) | gone
    return own | void | waits & ~barred_after(user, "proposed")
