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
    somebody_after,
    still_counts,
)
from shielding.roles import Role
from shielding.web.uploads import fingerprint

PROPOSED_AGAIN = (
    "Whoever proposed this has left the IW Team since (for good or for a time), so nobody can "
    "confirm it: take it back, and a member proposes it again."
)
PROPOSED_ANEW = (
    "Whoever proposed this has left the IW Team since (for good or for a time), so no more of its "
    "rows is done. Another member takes the proposal’s place with the same file; what is done "
    "stays done."
)
HALTED = (
    "Whoever proposed or confirmed this has left the IW Team since (for good or for a time), or "
    "another member goes on with it: its page says who may do what."
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
    """Return whether whoever's proposal it is works in the IW Team, and did all the time since."""
    person, at = found.proposal
    return still_counts(person, Role.IW, since=at)


def why_void(found: FileImport) -> str:
    """Return in words that the proposal counts no more, and what is done then, or nothing."""
    if proposal_counts(found):
        return ""
    return PROPOSED_AGAIN if found.confirmed_at is None else PROPOSED_ANEW


def may_upload(user: User, found: FileImport, now: datetime) -> bool:
    """Return whether the file of an import is this member's to upload now, for whichever step."""
    if not proposal_counts(found):
        return may_propose_anew(user, found, now)
    return may_confirm(user, found, now) or may_go_on(user, found)


def may_confirm(user: User, found: FileImport, now: datetime) -> bool:
    """Return whether the member may be the second: not who proposed it, first or in their place, or
    counts as one with them, nor newly granted. Of one that a colleague confirmed only where they do
    not go on with it.
    """
    return (
        may_import(user)
        and found.is_open
        and _waits_for_a_second(found, now)
        and all(
            may_be_second_after(user, person, at=at, now=now)
            for person, at in {(found.proposed_by_id, found.proposed_at), found.proposal}
        )
    )


def may_propose_anew(user: User, found: FileImport, now: datetime) -> bool:
    """Return whether the member may take the proposal's place: it was confirmed, whoever's proposal
    it is has left the team since, and the member may be the second of two with who confirmed it.
    """
    return (
        may_import(user)
        and found.is_open
        and user.pk in {one.pk for one in who_may_propose_anew(found, now)}
        and not proposal_counts(found)
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
    steps = (found.proposal, (found.confirmed_by_id, found.confirmed_at))
    works = all(locked[pk].is_active and locked[pk].is_iw for pk, _ in steps)
    (one, at), (other, then) = steps
    stopped = suspended_since(one, at) | suspended_since(other, then)
    moved = moved_since(one, at, Role.IW) | moved_since(other, then, Role.IW)
    return works and not stopped.exists() and not moved.exists()


def who_may_confirm(found: FileImport, now: datetime) -> list[User]:
    """Return the members who may be the second of one that nobody has confirmed."""
    return seconds_after(found.proposed_by_id, at=found.proposed_at, now=now)


def who_may_propose_anew(found: FileImport, now: datetime) -> list[User]:
    """Return the members who may take the proposal's place, as far as who confirmed it goes.

    Nobody where it was not confirmed: nothing was done, so it is taken back and proposed again.
    """
    if found.confirmed_by_id is None or found.confirmed_at is None:
        return []
    return seconds_after(found.confirmed_by_id, at=found.confirmed_at, now=now)


def to_upload_by(user: User, now: datetime) -> Q:
    """Return which open imports wait for this member, as a query: to confirm, to go on with, to
    take the proposal's place (`may_upload`), or, where nobody may do that, to take back.
    """
    gone, void = fallen_away("confirmed", Role.IW), _proposal_fell_away()
    begun = Q(confirmed_at__isnull=False)
    own = Q(confirmed_by=user.pk) & ~gone & ~void
    to_take_back = void & ~(begun & somebody_after("confirmed", now))
    if not may_be_second_person(user, now):
        return own | to_take_back
    waits = ~begun | Q(confirmed_at__lte=now - GOES_ON) | gone
    barred = barred_after(user, "proposed") | barred_after(user, "proposed_anew")
    anew = void & begun & ~barred_after(user, "confirmed")
    return own | to_take_back | anew | waits & ~void & ~barred


def _proposal_fell_away() -> Q:
    """Return for which imports the proposal counts no more: `proposal_counts`, as a query."""
    is_first = Q(proposed_anew_at__isnull=True)
    first, anew = (fallen_away(step, Role.IW) for step in ("proposed", "proposed_anew"))
    return is_first & first | ~is_first & anew
