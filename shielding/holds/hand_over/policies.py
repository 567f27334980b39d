"""Who may take over, and who confirms it: one function per question."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from shielding.accounts.bulk.models import FileImport
from shielding.accounts.history import (
    HANDLING,
    LATELY,
    AccountChange,
    AccountChangeQuerySet,
    Change,
)
from shielding.accounts.models import User
from shielding.accounts.second_person import (
    barred_after,
    fallen_away,
    is_one_with,
    may_be_second_after,
    may_be_second_person,
    outside,
    seconds_after,
    somebody_after,
    still_counts,
    who_count_as_one,
)
from shielding.filled import filled
from shielding.holds.hand_over.models import HandOver
from shielding.holds.policies import set_number_of, who_set_number_of
from shielding.records.models import Hold
from shielding.records.policies import may_administer
from shielding.roles import Role
from shielding.web.paging import NOTHING

NOT_TAKEN_OVER = "Only a request that was taken over from a file is handed over by itself."
# The columns of a proposal, as a query inside the one of proposals calls them.
_OF_PROPOSAL = {name: OuterRef(name) for name in ("person", "to", "proposed_at", "only")}
NOT_STANDING = (
    "This request was withdrawn, or has ended. If it is not theirs, phone them and record first "
    "what they say: it stands again by that."
)


def may_take_over(to: User, person: User, *, anywhere: bool = False) -> bool:
    """Return whether a colleague may be handed what a leaver held: one of the same service.

    Or of any (`anywhere`), where the file named the wrong practitioner.
    """
    return (
        to.is_active
        and to.is_practitioner
        and to.pk != person.pk
        and person.is_practitioner
        and (anywhere or to.service_id == person.service_id)
    )


def why_not_alone(hold: Hold) -> str:
    """Return why a request cannot be handed over by itself, in words, or nothing.

    Only what was taken over from a file, whose row may have named the wrong practitioner. What was
    withdrawn stands again first, by what is said on the call that it waits for: otherwise two
    members could undo what its practitioner said without asking them.
    """
    if hold.imported_at is None:
        return NOT_TAKEN_OVER
    return "" if hold.is_standing else NOT_STANDING


def may_propose_alone(user: User, hold: Hold, to: User, now: datetime) -> bool:
    """Return whether the member may propose that one request goes to another practitioner.

    Not whoever could be either of the two practitioners, nor whoever proposed the file: that chose
    the first of them. Nor who lately set a number on which the second member phones either.
    """
    return may_administer(user) and user.pk not in _no_proposers(hold, to, now)


def proposers_alone(hold: Hold, to: User, now: datetime) -> list[User]:
    """Return who may propose it: `may_propose_alone`. The names go on its page."""
    team = User.objects.working().iw_team().exclude(pk__in=_no_proposers(hold, to, now))
    return list(team.order_by("sort_name", "id"))


def _no_proposers(hold: Hold, to: User, now: datetime) -> set[int]:
    people = [filled(hold.source), to]
    return _could_be_either(hold, people, now) | _who_set_a_number(people, now)


def who_could_be_either(hand_over: HandOver) -> set[int]:
    """Return the ids of who could be one of the two practitioners between whom one request goes.

    And of whoever proposed the file that it came from, and of who counts as one with any of these.
    Nobody where all that somebody holds goes: whoever made the colleague's account may confirm
    that, as the page advises against.
    """
    if hand_over.only is None:
        return set()
    people = [hand_over.person, hand_over.to]
    return _could_be_either(hand_over.only, people, hand_over.proposed_at)


def who_set_a_number(hand_over: HandOver) -> set[int]:
    """Return the ids of who lately set a number on which the second member phones one of the two,
    or their line manager, or chose that one or took one away, or moved one of the two to another
    service: of one request alone. From 28 days before it was proposed on, with who counts as one
    with them.
    """
    if hand_over.only is None:
        return set()
    return _who_set_a_number([hand_over.person, hand_over.to], hand_over.proposed_at)


def _who_set_a_number(people: Sequence[User], at: datetime) -> set[int]:
    return {pk for one in people for pk in who_set_number_of(one, since=at - LATELY)}


def _could_be_either(hold: Hold, people: Sequence[User], at: datetime) -> set[int]:
    """Return them, counted from 28 days before a moment on.

    Whenever they did it: the minute of the import says nothing of when the shield was asked for.
    """
    handlers = AccountChange.objects.filter(person__in=people).handlers()
    proposer = filled(hold.file_import).proposed_by_id
    return who_count_as_one((by, at) for by in handlers | {proposer})


def _is_either(user: int | OuterRef, row: dict[str, OuterRef]) -> Q:
    """Return for which proposals a member is one of `who_could_be_either` or `who_set_a_number`, as
    a query.

    `user` and `row` (the columns of the proposal) as the query that asks calls them.
    """
    them, at = outside(user), outside(row["proposed_at"])
    of_either = Q(person=outside(row["person"])) | Q(person=outside(row["to"]))
    handled = AccountChange.objects.filter(
        of_either, is_one_with(them, "by", at), change__in=HANDLING
    )
    files = FileImport.objects.filter(
        is_one_with(them, "proposed_by", at), pk=OuterRef("file_import")
    )
    dialled = (set_number_of(them, outside(row[one]), at) for one in ("person", "to"))
    barred = reduce(or_, dialled, Q(Exists(handled) | Exists(files)))
    holds = Hold.objects.filter(barred, pk=row["only"])
    return Q(Exists(holds.order_by()))


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
    if not _may_still_take_over(hand_over):
        return "The colleague cannot take over any more. Take it back and choose another."
    if not _is_still_theirs(hand_over):
        return "This request was withdrawn, or went to somebody else, since. Take it back."
    if hand_over.proposed_by_id in who_could_be_either(hand_over):
        return (
            "Whoever proposed this could be one of the two practitioners by now, "
            "so it must be proposed again."
        )
    if hand_over.proposed_by_id in who_set_a_number(hand_over):
        return (
            "Whoever proposed this set a phone number that is dialled, chose a line manager or "
            "took one away, or moved one of the two, so another member must propose it."
        )
    return ""


def _may_still_take_over(hand_over: HandOver) -> bool:
    anywhere = hand_over.only_id is not None
    return may_take_over(hand_over.to, hand_over.person, anywhere=anywhere)


def _is_still_theirs(hand_over: HandOver) -> bool:
    """Return whether the one request stands and is of whom it was; of all they hold, nothing."""
    one = hand_over.only
    return one is None or (one.is_standing and one.source_id == hand_over.person_id)


def all_void(hand_overs: Iterable[HandOver]) -> set[int]:
    """Return the ids of those that nobody can confirm any more: `why_void`, asked at once."""
    listed = list(hand_overs)
    keys = HandOver.objects.filter(pk__in=[one.pk for one in listed]).values_list("pk", flat=True)
    could_be = _is_either(OuterRef("proposed_by"), _OF_PROPOSAL)
    gone = set(keys.filter(fallen_away("proposed", Role.IW) | could_be).order_by())
    gone |= {one.pk for one in listed if not _may_still_take_over(one)}
    return gone | {one.pk for one in listed if not _is_still_theirs(one)}


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
    # The minute of an import says nothing of when it was asked for.
    before = Q(file_import__isnull=False) | Q(placed_at__lte=OuterRef("at"))
    claims = Hold.objects.filter(had, theirs, before).order_by()
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
        and user.pk not in _barred(hand_over)
    )


def _barred(hand_over: HandOver) -> set[int]:
    either = who_could_be_either(hand_over) | who_set_a_number(hand_over)
    return who_moved_along(hand_over) | either


def to_confirm_by(user: User, now: datetime) -> Q:
    """Return which hand-overs that wait are this member's to do, as a query.

    They confirm one (`may_confirm_hand_over`), or, where nobody can, they take it back.
    """
    if not may_administer(user):
        return NOTHING
    row = {name: OuterRef(column) for name, column in _OF_PROPOSAL.items()}
    moves = _moves_along(row["person"], row["proposed_at"])
    moved = Q(Exists(moves.filter(is_one_with(OuterRef("pk"), "by", "at"))))
    nobody = ~somebody_after("proposed", now, but=moved | _is_either(OuterRef("pk"), row))
    if not may_be_second_person(user, now):
        return nobody
    moved_by = moved_along(is_one_with(user.pk, "by", "at"))
    own = barred_after(user, "proposed") | moved_by | _is_either(user.pk, _OF_PROPOSAL)
    return nobody | ~own


def confirmers(hand_over: HandOver, now: datetime) -> list[User]:
    """Return who may confirm: not who proposed, nor who counts as one with them, nor newly granted.

    Nor who moved the leaver here with what they ask for, nor who counts as one with them; nor, of
    one request alone, who could be either practitioner (`who_could_be_either`), or lately set a
    number that they would dial (`who_set_a_number`). The names go on its page.
    """
    others = seconds_after(hand_over.proposed_by_id, at=hand_over.proposed_at, now=now)
    barred = _barred(hand_over)
    return [one for one in others if one.pk not in barred]
