"""What a dispute reaches, and who may settle it: one function per question."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Least

from shielding.accounts.bulk.models import FileImport
from shielding.accounts.history import HANDLING, LATELY, AccountChange
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    is_one_with,
    may_be_second_person,
    outside,
    who_may_be_second,
    with_who_count_as_one,
)
from shielding.accounts.suspensions import Suspension, SuspensionTold
from shielding.filled import filled
from shielding.holds import policies as hold_policies
from shielding.holds.hand_over import policies as hand_over_policies
from shielding.holds.hand_over.models import HandedOverHold, HandOver
from shielding.records import letting_go_to_attest
from shielding.records.letting_go_codes import BY_SOURCE
from shielding.records.models import Hold, HoldQuerySet, Record
from shielding.records.policies import may_administer
from shielding.web import cells
from shielding.web.paging import NOTHING


def settlers(hand_over: HandOver, now: datetime) -> list[User]:
    """Return who may settle what is said to be wrong: who took no part, a lead where one is free.

    Nor whoever moved the leaver there just before, nor could be the colleague: made that account,
    let it be used again or renamed it, after what moved was asked for. The names go on its page.
    """
    took_part = {pk for pk in (hand_over.proposed_by_id, hand_over.confirmed_by_id) if pk}
    took_part |= _handlers(hand_over) | hand_over_policies.who_moved_along(hand_over)
    return _free(took_part, hand_over.proposed_at, now)


def _free(took_part: set[int], first: datetime, now: datetime) -> list[User]:
    """Return the members who took no part in something, nor count as one with who did.

    From 28 days before its first step on. The leads alone where one of them is free.
    """
    barred = with_who_count_as_one(took_part, since=first - LATELY)
    others = User.objects.working().iw_team().exclude(pk__in=barred)
    free = [one for one in others.order_by("sort_name", "id") if may_be_second_person(one, now)]
    return [one for one in free if one.is_lead] or free


def _handlers(hand_over: HandOver) -> set[int]:
    """Return the ids of the members who could be the colleague by what they did since then.

    Of what was taken over from a file also whoever proposed that file, and whoever did any of it
    before: the minute of the import says nothing of when it was asked for.
    """
    moved = hand_over.moved.select_related("hold__file_import").order_by("hold__placed_at")
    holds = [one.hold for one in moved]
    if not holds:
        return set()
    files = {hold.file_import.proposed_by_id for hold in holds if hold.file_import is not None}
    changes = AccountChange.objects.of(hand_over.to)
    if not files:
        changes = changes.handling_since(holds[0].placed_at)
    return changes.handlers() | files


def may_settle(user: User, hand_over: HandOver, now: datetime) -> bool:
    """Return whether the member may say that a disputed hand-over was rightful, or wrong."""
    return (
        may_administer(user)
        and hand_over.is_disputed
        and user.pk in {one.pk for one in settlers(hand_over, now)}
    )


def can_be_denied(hold: Hold) -> bool:
    """Return whether what was let go can stand again by a call: one is owed about it, or it was
    taken over from a file and its record is not open to all yet.
    """
    again = letting_go_to_attest.stands_again_on_word(hold, hold.record)
    return again or letting_go_to_attest.owed_for(hold) != ""


def why_not_denied(hold: Hold) -> str:
    """Return why nothing can stand again by a call, in words that say what to do instead."""
    if letting_go_to_attest.came_too_late(hold, hold.record):
        return letting_go_to_attest.TOO_LATE
    return "There is nothing that can stand again here."


def may_deny_release(user: User, hold: Hold, now: datetime) -> bool:
    """Return whether the member may record that a source did not let go.

    Where a call is owed, who may attest it: it is the other answer. Else, of what was taken over,
    anybody: it keeps the shield on, and who recorded a false word may be the first to learn it.
    """
    if letting_go_to_attest.owed_for(hold):
        return hold_policies.may_attest_word(user, hold, now)
    return may_administer(user) and letting_go_to_attest.stands_again_on_word(hold, hold.record)


def to_settle_by(user: User, now: datetime) -> Q:
    """Return which disputed hand-overs are this member's to do: they may settle one, or nobody may,
    and each reads so on its page. As a query: `settlers`.
    """
    return _theirs_or_nobodys(user, _took_part_in_hand_over, now)


def suspensions_to_settle_by(user: User, now: datetime) -> Q:
    """Return the same of disputed suspensions: `settlers_of_suspension`."""
    return _theirs_or_nobodys(user, _took_part_in_suspension, now)


def _theirs_or_nobodys(
    user: User, took_part: Callable[[int | OuterRef], "QuerySet[Any]"], now: datetime
) -> Q:
    """Return what is theirs of rows in which some `took_part`, or counts as one with who did."""
    if not may_administer(user):
        return NOTHING
    barred = took_part(OuterRef("pk")).filter(pk=OuterRef(OuterRef("pk")))
    others = who_may_be_second(now).exclude(Q(Exists(barred)))
    nobody = ~Q(Exists(others))
    if not may_be_second_person(user, now):
        return nobody
    own = ~Q(Exists(took_part(user.pk).filter(pk=OuterRef("pk"))))
    if not user.is_lead:
        own &= ~Q(Exists(others.filter(is_lead=True)))
    return nobody | own


def _took_part_in_hand_over(user: int | OuterRef) -> "QuerySet[HandOver]":
    """Return the hand-overs of which a member settles nothing; `user` may be outside the query."""
    them, first = outside(user), OuterRef("proposed_at")
    claims = HandedOverHold.objects.filter(hand_over=OuterRef(OuterRef("pk")))
    handled = AccountChange.objects.filter(
        is_one_with(them, "by", first), person=OuterRef("to"), change__in=HANDLING
    )
    since = Q(hold__file_import__isnull=False) | Q(hold__placed_at__lt=OuterRef("at"))
    files = FileImport.objects.filter(is_one_with(them, "proposed_by", first))
    # Between whoever moved the leaver and the member there may be one who counts as one with both.
    between = User.objects.filter(
        is_one_with("pk", OuterRef("by"), OuterRef("at")),
        is_one_with(outside(them), "pk", OuterRef(first)),
    )
    return HandOver.objects.filter(
        is_one_with(user, "proposed_by", "proposed_at")
        | is_one_with(user, "confirmed_by", "proposed_at")
        | Exists(handled.filter(Exists(claims.filter(since))))
        | Exists(files.filter(Exists(claims.filter(hold__file_import=OuterRef("pk")))))
        | hand_over_policies.moved_along(Q(Exists(between)))
    )


def _took_part_in_suspension(user: int | OuterRef) -> "QuerySet[Suspension]":
    """Return the same of suspensions."""
    them, first = outside(user), OuterRef("first")
    let_go = _reached(OuterRef("person"), OuterRef("suspended_at")).filter(
        ~Q(released_by=OuterRef("person"), released_at__lt=OuterRef("suspended_at")),
        released_at__isnull=False,
    )
    first_let_go = Subquery(let_go.order_by("released_at").values("released_at")[:1])
    said = SuspensionTold.objects.filter(suspension=OuterRef("pk"), said_wrong_at__isnull=False)
    handled = AccountChange.objects.filter(person=OuterRef("person"), change__in=HANDLING)
    return Suspension.objects.alias(first=Least("suspended_at", first_let_go)).filter(
        is_one_with(user, "person", "first")
        | is_one_with(user, "suspended_by", "first")
        | Exists(said.filter(is_one_with(them, "person", first)))
        | Exists(let_go.filter(is_one_with(them, "released_by", first)))
        | Exists(handled.filter(is_one_with(them, "by", first)))
    )


def settlers_of_suspension(suspension: Suspension, now: datetime) -> list[User]:
    """Return who may settle a suspension that is said to be wrong, a lead where one is free.

    Not who suspended them or says that it is wrong, nor the person, or whoever could be them (made
    their account, let it be used again or renamed it), nor who recorded that one of their claims
    was let go.
    """
    took_part = {suspension.person_id, suspension.suspended_by_id}
    said = suspension.told.exclude(said_wrong_at=None)
    took_part |= set(said.values_list("person", flat=True))
    let_go = let_go_since(suspension)
    took_part |= {hold.released_by_id for hold in let_go if hold.released_by_id}
    took_part |= AccountChange.objects.of(suspension.person).handlers()
    released = [filled(hold.released_at) for hold in let_go]
    return _free(took_part, min([suspension.suspended_at, *released]), now)


def may_settle_suspension(user: User, suspension: Suspension, now: datetime) -> bool:
    """Return whether the member may say that a disputed suspension was rightful, or wrong."""
    return (
        may_administer(user)
        and suspension.is_disputed
        and user.pk in {one.pk for one in settlers_of_suspension(suspension, now)}
    )


def why_unseen(disputed: HandOver | Suspension, seen: datetime | None) -> str:
    """Return in words that what was said to be wrong is not what a member's page showed, if so.

    `seen` is when that was said; without it no page was there to go by. It was settled meanwhile,
    and somebody else said so anew.
    """
    if seen is None or disputed.disputed_at == seen:
        return ""
    said = cells.moment(filled(disputed.disputed_at), disputed.disputed_by)
    return (
        "Nothing of what you sent was saved. What your page showed was settled meanwhile, and "
        f"somebody else who was told of it says that it is wrong: {said}. Look at it again."
    )


def claims_of(suspension: Suspension) -> HoldQuerySet:
    """Return the claims that a dispute about a suspension reaches, of whatever episode.

    Of the suspended person, or handed over from them since: those that stand, and those that a
    source let go of since, or a member on a source's word. "Since" begins three days before it, as
    where a release waits for a call. Not what was *not agreed* by two, or ended with its record.
    """
    reached = _reached(suspension.person_id, suspension.suspended_at)
    return Hold.objects.filter(pk__in=reached.values("pk"))


def let_go_since(suspension: Suspension) -> HoldQuerySet:
    """Return which of those claims stand again once the suspension was found wrong.

    But for what the person let go of themself before it: that was their own word.
    """
    own = Q(released_by=suspension.person_id, released_at__lt=suspension.suspended_at)
    return claims_of(suspension).filter(released_at__isnull=False).exclude(own)


def disputed(record: Record) -> list[tuple[str, str]]:
    """Return what of a record is said to be wrong and not settled: what it is, and its reference.

    Hand-overs of its claims, and suspensions that reach one of them; asked in one go.
    """
    hand_overs = HandedOverHold.objects.of_record(record).disputed().order_by()
    reached = _reached(OuterRef("person"), OuterRef("suspended_at")).filter(record=record)
    suspensions = Suspension.objects.disputed().filter(Exists(reached)).order_by()
    of_hand_overs = hand_overs.values_list(Value("hand-over"), "hand_over__reference")
    of_suspensions = suspensions.values_list(Value("suspension"), "reference")
    return sorted(of_hand_overs.union(of_suspensions))


def in_dispute() -> Q:
    """Return on which records something is said to be wrong: `disputed`, as a query."""
    hand_overs = HandedOverHold.objects.disputed().filter(hold__record=OuterRef("pk"))
    reached = _reached(OuterRef("person"), OuterRef("suspended_at"))
    reached = reached.filter(record=OuterRef(OuterRef("pk")))
    suspensions = Suspension.objects.disputed().filter(Exists(reached))
    return Exists(hand_overs.order_by()) | Exists(suspensions.order_by())


def _reached(person: int | OuterRef, suspended_at: datetime | OuterRef) -> HoldQuerySet:
    """Return them, some of them twice."""
    since = suspended_at - letting_go_to_attest.BEFORE
    let_go = Q(released_how__in=BY_SOURCE, released_at__gte=since)
    handed = Q(
        handed_over__hand_over__person=person,
        handed_over__at__gte=since,
        handed_over__given_back_at=None,
    )
    return Hold.objects.filter(Q(released_at=None) | let_go, Q(source=person) | handed)
