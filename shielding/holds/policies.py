"""Who may hand over, confirm it and settle it, and attest a word: one function per question."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Value

from shielding.accounts.history import LATELY, AccountChange, PastManager, phone_last_set
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    fallen_away,
    may_be_second_after,
    may_be_second_person,
    seconds_after,
    still_counts,
    who_count_as_one,
    with_who_count_as_one,
)
from shielding.accounts.suspensions import Suspension
from shielding.filled import filled
from shielding.holds.models import HandedOverHold, HandOver
from shielding.records import letting_go_to_attest
from shielding.records.letting_go_codes import Release
from shielding.records.models import Hold, HoldQuerySet, Record
from shielding.records.policies import may_administer
from shielding.roles import Role
from shielding.web import cells

OWN_NUMBER = (
    "You, or somebody who counts as one with you, set the work phone number by which the second "
    "member makes sure of them, or that of their line manager, or chose that line manager, within "
    "the last 28 days: another member records their word."
)
_BY_SOURCE = (Release.SOURCE, Release.ON_WORD)


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
            "Whoever proposed this no longer works in the IW Team, or did not all the time since, "
            "so it must be proposed anew."
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


def settlers(hand_over: HandOver, now: datetime) -> list[User]:
    """Return who may settle what is said to be wrong: who took no part, a lead where one is free.

    Nor whoever could be the colleague: made that account, let it be used again or renamed it, after
    what moved was asked for. The names go on its page.
    """
    took_part = {pk for pk in (hand_over.proposed_by_id, hand_over.confirmed_by_id) if pk}
    return _free(took_part | _handlers(hand_over), hand_over.proposed_at, now)


def _free(took_part: set[int], first: datetime, now: datetime) -> list[User]:
    """Return the members who took no part in something, nor count as one with who did.

    From 28 days before its first step on. The leads alone where one of them is free.
    """
    barred = with_who_count_as_one(took_part, since=first - LATELY)
    others = User.objects.working().iw_team().exclude(pk__in=barred)
    free = [one for one in others.order_by("name") if may_be_second_person(one, now)]
    return [one for one in free if one.is_lead] or free


def _handlers(hand_over: HandOver) -> set[int]:
    """Return the ids of the members who could be the colleague by what they did since then."""
    first = hand_over.moved.order_by("hold__placed_at").first()
    if first is None:
        return set()
    return AccountChange.objects.of(hand_over.to).handling_since(first.hold.placed_at).handlers()


def may_settle(user: User, hand_over: HandOver, now: datetime) -> bool:
    """Return whether the member may say that a disputed hand-over was rightful, or wrong."""
    return (
        may_administer(user)
        and hand_over.is_disputed
        and user.pk in {one.pk for one in settlers(hand_over, now)}
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


def may_confirm_hand_over(user: User, hand_over: HandOver, now: datetime) -> bool:
    """Return whether the member may confirm: `confirmers`, of one that waits."""
    first, at = hand_over.proposed_by_id, hand_over.proposed_at
    return (
        may_administer(user)
        and hand_over.is_open
        and may_be_second_after(user, first, at=at, now=now)
    )


def confirmers(hand_over: HandOver, now: datetime) -> list[User]:
    """Return who may confirm: not who proposed, nor who counts as one with them, nor newly granted.

    The names go on its page.
    """
    return seconds_after(hand_over.proposed_by_id, at=hand_over.proposed_at, now=now)


def could_be_the_source(holds: HoldQuerySet) -> set[int]:
    """Return the ids of the members who could be the source of one of these holds themself.

    Whoever, after a hold was placed, made, let be used again, renamed or re-addressed the account
    that let go of it, or on whose word another member recorded it; whoever proposed handing one of
    them over; and whoever recorded the word of a source without an account. And who counts as one
    with any of these, from 28 days before the release on. Who confirmed a hand-over is none of
    them: the ordinary leaver must not stop a team of three.
    """
    handed = HandedOverHold.objects.filter(hold__in=holds).select_related("hold")
    steps = [(one.proposed_by_id, one.hold.released_at or one.at) for one in handed]
    for hold in holds.filter(released_how__in=_BY_SOURCE).select_related("source", "released_by"):
        at = filled(hold.released_at)
        if hold.word_to_attest:
            steps.append((filled(hold.released_by).pk, at))
        if hold.source is not None:
            changes = AccountChange.objects.of(hold.source)
            steps += [(by, at) for by in changes.handling_since(hold.placed_at).handlers()]
    return who_count_as_one(steps)


def may_attest_word(user: User, hold: Hold, now: datetime) -> bool:
    """Return whether the member may attest, by a call, that a source let go, where one is owed.

    `attesters`, of one that waits.
    """
    return (
        may_administer(user)
        and letting_go_to_attest.owed_for(hold) != ""
        and user.pk in {one.pk for one in attesters(hold, now)}
    )


def attesters(hold: Hold, now: datetime) -> list[User]:
    """Return who may attest a call about a release: not who recorded it, nor who counts as one with
    them, nor could be the source, nor newly granted their role.

    Nor who set the number that is dialled, or counts as one with them; and nobody where that was
    who recorded it. The names go on its page.
    """
    first, at = filled(hold.released_by_id), filled(hold.released_at)
    dialled = who_set_number(hold, now)
    if first in dialled:
        return []
    barred = dialled | could_be_the_source(Hold.objects.filter(pk=hold.pk))
    return [one for one in seconds_after(first, at=at, now=now) if one.pk not in barred]


def who_set_number(hold: Hold, now: datetime) -> set[int]:
    """Return the ids of who lately set the number by which somebody makes sure of a source's word.

    That is the source's own, and their line manager's: who is phoned where they are gone. Or who
    put another line manager in the place of one before; of a first one nothing tells who chose
    them. And who counts as one with these. Lately: from 28 days before the release on, or before
    now where it is not recorded yet.
    """
    source = hold.source
    if source is None:
        return set()
    since = (hold.released_at or now) - LATELY
    people = [one for one in (source, source.line_manager) if one is not None]
    set_last = [one for one in map(phone_last_set, people) if one is not None]
    ids = {one.by_id for one in set_last if one.by_id and one.at > since}
    chosen = PastManager.objects.of(source).since(since).first()
    if chosen is not None and source.line_manager is not None:
        ids.add(chosen.ended_by_id)
    return with_who_count_as_one(ids, since=since) if ids else ids


def _reached(person: int | OuterRef, suspended_at: datetime | OuterRef) -> HoldQuerySet:
    """Return them, some of them twice."""
    since = suspended_at - letting_go_to_attest.BEFORE
    let_go = Q(released_how__in=_BY_SOURCE, released_at__gte=since)
    handed = Q(
        handed_over__hand_over__person=person,
        handed_over__at__gte=since,
        handed_over__given_back_at=None,
    )
    return Hold.objects.filter(Q(released_at=None) | let_go, Q(source=person) | handed)
