"""Who may take over, and who confirms it: one function per question."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from shielding.accounts.history import LATELY, AccountChange, AccountChangeQuerySet, Change
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    barred_after,
    fallen_away,
    is_one_with,
    may_be_second_after,
    may_be_second_person,
    seconds_after,
    somebody_after,
    still_counts,
    who_count_as_one,
)
from shielding.holds.hand_over.models import HandOver
from shielding.records.models import Hold
from shielding.records.policies import may_administer
from shielding.roles import Role
from shielding.web.paging import NOTHING


def may_take_over(to: User, person: User) -> bool:
    """Return whether a colleague may be handed what a leaver held: one of the same service."""
    return (
        to.is_active
        and to.is_practitioner
        and to.pk != person.pk
        and person.is_practitioner
        and to.service_id == person.service_id
    )


def why_void(hand_over: HandOver) -> str:
    """Return why nobody can confirm what was proposed any more, in words, or nothing.

    The first step of somebody who no longer works, or did not all the time since, falls away: it is
    proposed anew.
    """
    if not still_counts(hand_over.proposed_by_id, Role.IW, since=hand_over.proposed_at):
        return (
            "Whoever proposed this has left the IW Team since (for good or for a time), "
            "so it must be proposed again."
        )
    if not may_take_over(hand_over.to, hand_over.person):
        return "The colleague cannot take over any more. Take it back and choose another."
    return ""


def all_void(hand_overs: Iterable[HandOver]) -> set[int]:
    """Return the ids of those that nobody can confirm any more: `why_void`, asked at once."""
    listed = list(hand_overs)
    keys = HandOver.objects.filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True)
    gone = set(keys.filter(fallen_away("proposed", Role.IW)).order_by())
    return gone | {one.pk for one in listed if not may_take_over(one.to, one.person)}


def who_moved_along(hand_over: HandOver) -> set[int]:
    """Return the ids of who moved the leaver here with their claims, and of who counts as one.

    Within 28 days before the proposal they count as one who proposed it: by the move alone they
    chose among whom a colleague is found.
    """
    moves = _moves_along(hand_over.person_id, hand_over.proposed_at)
    return who_count_as_one(moves.values_list("by", "at"))


def _moves_along(person: int | OuterRef, proposed_at: datetime | OuterRef) -> AccountChangeQuerySet:
    """Return the moves of somebody, in the 28 days before a proposal, with claims that they had."""
    had = Q(released_at=None) | Q(released_at__gt=OuterRef("at"))
    # Once it is confirmed, what was theirs is the colleague's.
    theirs = Q(source=OuterRef("person")) | Q(handed_over__hand_over__person=OuterRef("person"))
    claims = Hold.objects.filter(had, theirs, placed_at__lte=OuterRef("at")).order_by()
    moves = AccountChange.objects.filter(person=person, change=Change.MOVED)
    lately = moves.filter(at__gt=proposed_at - LATELY, at__lte=proposed_at)
    return lately.filter(Exists(claims))


def moved_along(by: Q) -> Q:
    """Return of which hand-overs the leaver was moved along so, as a query. `by` is a condition on
    that move, with the hand-over as its OuterRef.
    """
    moves = _moves_along(OuterRef("person"), OuterRef("proposed_at"))
    return Q(Exists(moves.filter(by)))


def moved_along_lately(hand_over: HandOver) -> AccountChange | None:
    """Return the last such move, for the page."""
    moves = _moves_along(hand_over.person_id, hand_over.proposed_at)
    return moves.select_related("by").order_by("-at", "-id").first()


def may_confirm_hand_over(user: User, hand_over: HandOver, now: datetime) -> bool:
    """Return whether the member may confirm: `confirmers`, of one that waits."""
    first, at = hand_over.proposed_by_id, hand_over.proposed_at
    return (
        may_administer(user)
        and hand_over.is_open
        and may_be_second_after(user, first, at=at, now=now)
        and user.pk not in who_moved_along(hand_over)
    )


def to_confirm_by(user: User, now: datetime) -> Q:
    """Return which hand-overs that wait are this member's to do, as a query.

    They confirm one (`may_confirm_hand_over`), or, where nobody can, they take it back.
    """
    if not may_administer(user):
        return NOTHING
    row = {name: OuterRef(OuterRef(name)) for name in ("person", "proposed_at")}
    moves = _moves_along(row["person"], row["proposed_at"])
    moved = Q(Exists(moves.filter(is_one_with(OuterRef("pk"), "by", "at"))))
    nobody = ~somebody_after("proposed", now, but=moved)
    if not may_be_second_person(user, now):
        return nobody
    own = barred_after(user, "proposed") | moved_along(is_one_with(user.pk, "by", "at"))
    return nobody | ~own


def confirmers(hand_over: HandOver, now: datetime) -> list[User]:
    """Return who may confirm: not who proposed, nor who counts as one with them, nor newly granted.

    Nor who moved the leaver here with what they ask for, nor who counts as one with them. The names
    go on its page.
    """
    others = seconds_after(hand_over.proposed_by_id, at=hand_over.proposed_at, now=now)
    moved = who_moved_along(hand_over)
    return [one for one in others if one.pk not in moved]
