"""Who may do what to a request to shield: one function per question."""

from datetime import datetime

from django.db.models import OuterRef, Q
from django.db.models.functions import Coalesce

from requests_app import questions, states
from requests_app.models import Request
from requests_app.shield_request_codes import FamilyTold, NotAgreedReason
from shielding import clock
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    barred_after,
    fallen_away,
    may_be_second_after,
    may_be_second_person,
    somebody_after,
    still_counts,
)
from shielding.checks.actions import Found
from shielding.checks.finding_codes import Finding
from shielding.filled import filled
from shielding.records.letting_go_codes import FamilyToldOfEnd
from shielding.records.policies import may_administer, may_say_family
from shielding.roles import Role
from shielding.web.paging import NOTHING

PROPOSED_ANEW = (
    "Whoever proposed this has left the IW Team since (for good or for a time), so "
    "nobody can confirm it: overturn it, and it is decided again."
)
COUNT_AS_ONE = (
    "Who proposed this and you made each other’s account, let it be used again, renamed it, or "
    "proposed or confirmed its role within 28 days: another member confirms it. You may "
    "overturn it."
)
NOT_AGAIN = "Another request cannot be sent with the answers of this one. Start a new one."
# A child adopted, or under police protection, may have a record of before and one of now.
_TWO_IDENTITIES = ("placement", "police_protection")
CALL_TOO_OLD = (
    "The first review of a call as long ago as that would be overdue already: phone the caller, "
    "and log that call"
)


def may_still_be_logged(came_at: datetime, now: datetime) -> bool:
    """Return whether a call that came in then may be entered now: not before it came, nor once the
    day of its first review has passed, on which nobody could have been asked.
    """
    return came_at <= now and clock.first_review_due(came_at) >= clock.today(now)


def may_ask(user: User) -> bool:
    """Return whether the person may start a request: practitioners do, with a service."""
    return user.is_active and user.is_practitioner


def is_own(user: User, request: Request) -> bool:
    """Return whether the request is this practitioner's."""
    return user.is_active and user.is_practitioner and request.practitioner_id == user.pk


def is_named_to_supporter(request: Request, supporter: User, staff: set[int]) -> bool:
    """Return whether the manager whom a request names, with this staff, may read who is behind it.

    Of their own service, or somebody who reports to them: they know those. Somebody else may have
    named them by a slip, and nobody learns from it that this person protects a child.
    """
    person = request.practitioner
    return person is not None and (person.service_id == supporter.service_id or person.pk in staff)


def may_answer(user: User, request: Request) -> bool:
    """Return whether the person may change answers: their own, while it is with them.

    A phoned request is with its practitioner until they confirm it, whatever was decided. What is
    proposed is not theirs to know: they may what they might before it. Nothing about a request that
    was let go goes on.
    """
    if not is_own(user, request) or request.disowned_at is not None:
        return False
    if request.hold is not None and not request.hold.is_standing:
        return False
    return request.state_as_read in states.OPEN_TO_ITS_SOURCE or (
        request.awaits_confirmation and request.still_asks
    )


def may_disown(user: User, request: Request) -> bool:
    """Return whether the person may say of a phoned request that it was not theirs."""
    return is_own(user, request) and request.awaits_confirmation and request.disowned_at is None


def may_send_another(user: User, like: Request, *, instead: bool = False) -> bool:
    """Return whether a request for another child may be sent with the answers of this one.

    Their own, sent and answered. Where a child may have an old and a new identity nobody is led to
    ask for two records in a row: only in place of one that was entered in error, or is to be taken
    back (`instead`).
    """
    if not is_own(user, like) or like.submitted_at is None or questions.missing(like):
        return False
    was_in_error = like.hold is not None and like.hold.family == FamilyToldOfEnd.NOTHING
    taken_back = was_in_error or (instead and may_withdraw(user, like))
    return like.ground not in _TWO_IDENTITIES or taken_back


def may_say_family_told(user: User, request: Request) -> bool:
    """Return whether the person promised to tell the family and may now say that they did."""
    return (
        is_own(user, request)
        and request.submitted_at is not None
        and request.disowned_at is None
        and request.family_told == FamilyTold.WILL
        and (request.hold is None or request.hold.is_standing)
    )


def speaks_for(user: User, request: Request) -> bool:
    """Return whether the person is the source of the request's hold, so that they may answer.

    Of a phoned request nobody is before they confirm it.
    """
    hold = request.hold
    return (
        is_own(user, request)
        and request.disowned_at is None
        and hold is not None
        and hold.source_id == user.pk
    )


def may_withdraw(user: User, request: Request) -> bool:
    """Return whether the person may let go of what they asked for."""
    return speaks_for(user, request) and request.still_asks


def may_take_back(user: User, request: Request) -> bool:
    """Return whether the person may say that they entered it in error: not what came from a file.

    Of that they cannot see the number: the IW Team makes sure on the phone whose it is.
    """
    return may_withdraw(user, request) and not request.is_taken_over


def may_say_family_of_end(user: User, request: Request, now: datetime) -> bool:
    """Return whether the person has yet to say that the family was told of the end."""
    return speaks_for(user, request) and may_say_family(user, filled(request.hold), now)


def are_professionals_to_tell(request: Request) -> bool:
    """Return whether other professionals are to be told: once it is applied, and only once."""
    hold = request.hold
    applied = hold is not None and hold.is_standing and hold.applied_at is not None
    return applied and not request.is_taken_over and request.professionals_told_on is None


def may_say_professionals_told(user: User, request: Request) -> bool:
    """Return whether the person may say that other professionals were told."""
    return may_withdraw(user, request) and are_professionals_to_tell(request)


def may_see_number(user: User, request: Request) -> bool:
    """Return whether the person may be shown the number: the one who typed it in.

    A phoned request, or a row of a file, may have been put to the wrong name: its number is never
    shown.
    """
    given = request.logged_by_id is not None or request.is_taken_over
    return is_own(user, request) and not given


def may_attest(user: User, request: Request) -> bool:
    """Return whether the IW member may attest what was done on the system for this request."""
    return may_administer(user) and request.practitioner_id != user.pk


def may_phone_back(user: User, request: Request) -> bool:
    """Return whether the member may attest that they phoned about *another reason*."""
    return may_attest(user, request) and request.phone_by is not None


def may_answer_for(user: User, request: Request) -> bool:
    """Return whether the IW member may record answers on the word of somebody without an account.

    While it stands, and not while it is proposed not to agree it, which the team knows.
    """
    nobody = request.practitioner_id is None and request.still_asks
    return may_attest(user, request) and nobody and request.state != states.PROPOSED


def may_decide(user: User, request: Request) -> bool:
    """Return whether the IW member may decide; nobody decides what they asked or logged."""
    return may_attest(user, request) and request.logged_by_id != user.pk


def may_agree(user: User, request: Request) -> bool:
    """Return whether the request may be agreed: not while its practitioner says it is not theirs.

    One that is back with its practitioner may be half changed: it waits until its questions are
    answered. A phoned one has none answered yet and does not wait for them.
    """
    half_changed = request.state == states.RETURNED and not request.awaits_confirmation
    return (
        may_decide(user, request)
        and request.disowned_at is None
        and not (half_changed and questions.missing(request))
    )


def not_agreed_on(found: Found, request: Request) -> bool:
    """Return whether *not agreed* may be confirmed on what was found: the record is shielded, or is
    not there where that is the reason.
    """
    no_such_record = request.reason == NotAgreedReason.NO_SUCH_RECORD
    return found.is_shielded or (no_such_record and found.finding == Finding.NOT_FOUND)


def may_be_second(user: User, request: Request, now: datetime) -> bool:
    """Return whether the member may overturn: not who proposed, nor newly granted."""
    return (
        may_decide(user, request)
        and request.proposed_by_id != user.pk
        and may_be_second_person(user, now)
    )


def proposal_fell_away(request: Request) -> bool:
    """Return whether whoever proposed no longer works in the IW Team, or did not all the time.

    Nobody confirms it then.
    """
    proposed, at = request.proposed_by_id, request.proposed_at
    return proposed is not None and not still_counts(proposed, Role.IW, since=at)


def may_confirm_not_agreed(user: User, request: Request, now: datetime) -> bool:
    """Return whether the member may confirm: as `may_be_second`, where the proposal still counts
    and they are not as one with who made it.
    """
    may = may_be_second(user, request, now) and not proposal_fell_away(request)
    return may and not counts_as_one(user, request, now)


def to_decide_by(user: User) -> Q:
    """Return which of what is to be decided this member may decide: `may_decide`, as a query."""
    return ~Q(logged_by=user.pk) & ~Q(practitioner=user.pk) if may_administer(user) else NOTHING


def second_look_by(user: User, now: datetime) -> Q:
    """Return which second looks are this member's to give, as a query.

    They may confirm what is proposed (`may_confirm_not_agreed`); where nobody can, since it fell
    away or every other member counts as one with who proposed it, they may overturn it
    (`may_be_second`); of what was considered and not shielded they may decide.
    """
    proposed = Q(state=states.PROPOSED)
    if not may_be_second_person(user, now):
        return to_decide_by(user) & ~proposed
    logged = Q(pk=Coalesce(OuterRef("logged_by"), 0))
    nobody = fallen_away("proposed", Role.IW) | ~somebody_after("proposed", now, but=logged)
    free = ~Q(proposed_by=user.pk) & (nobody | ~barred_after(user, "proposed"))
    return to_decide_by(user) & (~proposed | free)


def to_conclude_by(user: User) -> Q:
    """Return which agreed requests' first reviews this member may conclude, as a query:
    `reviews.policies.may_conclude_first`.
    """
    own = Q(hold__placed_by=user.pk) | Q(hold__source=user.pk)
    return ~own if may_administer(user) else NOTHING


def why_not_confirm(user: User, request: Request, now: datetime) -> str:
    """Return why the second of two may overturn a proposal and not confirm it, in words, if so."""
    if proposal_fell_away(request):
        return PROPOSED_ANEW
    as_one = may_be_second(user, request, now) and counts_as_one(user, request, now)
    return COUNT_AS_ONE if as_one else ""


def counts_as_one(user: User, request: Request, now: datetime) -> bool:
    """Return whether the member and who proposed gave each other account, name or role lately."""
    first, at = request.proposed_by_id, request.proposed_at
    return bool(first and at and not may_be_second_after(user, first, at=at, now=now))


def may_conclude_let_go(user: User, request: Request) -> bool:
    """Return whether the first review may be concluded because its request asks no longer."""
    let_go = request.hold is not None and not request.hold.is_standing
    is_open = request.review is not None and request.review.concluded_at is None
    return may_decide(user, request) and let_go and is_open
