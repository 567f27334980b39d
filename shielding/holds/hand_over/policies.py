"""Who may take over, and who confirms it: one function per question."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from shielding.accounts.models import User
from shielding.accounts.second_person import (
    barred_after,
    fallen_away,
    may_be_second_after,
    may_be_second_person,
    seconds_after,
    somebody_after,
    still_counts,
)
from shielding.holds.hand_over.models import HandOver
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


def may_confirm_hand_over(user: User, hand_over: HandOver, now: datetime) -> bool:
    """Return whether the member may confirm: `confirmers`, of one that waits."""
    first, at = hand_over.proposed_by_id, hand_over.proposed_at
    return (
        may_administer(user)
        and hand_over.is_open
        and may_be_second_after(user, first, at=at, now=now)
    )


def to_confirm_by(user: User, now: datetime) -> Q:
    """Return which hand-overs that wait are this member's to do, as a query.

    They confirm one (`may_confirm_hand_over`), or, where nobody can, they take it back.
    """
    if not may_administer(user):
        return NOTHING
    nobody = ~somebody_after("proposed", now)
    return nobody | ~barred_after(user, "proposed") if may_be_second_person(user, now) else nobody


def confirmers(hand_over: HandOver, now: datetime) -> list[User]:
    """Return who may confirm: not who proposed, nor who counts as one with them, nor newly granted.

    The names go on its page.
    """
    return seconds_after(hand_over.proposed_by_id, at=hand_over.proposed_at, now=now)
