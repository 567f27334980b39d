"""A practitioner leaves or moves: all they hold goes to a colleague of the same service.

One member proposes and another confirms: whoever made the colleague's account could be the
colleague. A hold without a practitioner keeps its shield; this gives it somebody who can answer.

Of what was taken over from a file one request alone may go to a practitioner of any service, in the
same way: its row may have named the wrong one.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from logbook.writing import log_entry
from shielding import hooks
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds.hand_over import changing_hands, notices, policies
from shielding.holds.hand_over.models import HandedOverHold, HandOver, HandOverTold
from shielding.holds.involvement import Involvement
from shielding.notices.kinds import HAND_OVER, personal_kinds
from shielding.notices.models import Notice
from shielding.notices.notify import notify
from shielding.records import locking
from shielding.records.models import Hold
from shielding.records.policies import may_administer
from shielding.reviews.models import Consultation
from shielding.web import cells
from shielding.web.refusals import NotAllowed, WrongState


def propose(person: User, *, to: User, by: User, now: datetime) -> HandOver:
    """Propose that a colleague takes over what a person holds; nothing moves before another agrees.

    Refuses anyone outside the IW Team, a colleague who is not a working practitioner of the same
    service, and while another proposal waits; one that nobody can confirm any more ends by this.
    """
    with transaction.atomic():
        people = User.objects.locked(person.pk, to.pk)
        person, to = people[person.pk], people[to.pk]
        by.refresh_from_db(fields=["is_active", "role"])
        if not may_administer(by):
            raise NotAllowed()
        if not policies.may_take_over(to, person):
            raise WrongState("not_a_colleague", "Choose a practitioner of the same service.")
        _end_void_ones(person, by=by, now=now)
        hand_over = HandOver.objects.create(person=person, to=to, proposed_at=now, proposed_by=by)
        _log(hand_over, "hand_over_proposed", by=by, now=now)
    return hand_over


def propose_alone(hold: Hold, *, to: User, by: User, now: datetime) -> HandOver:
    """Propose that one request, whose row named the wrong practitioner, goes to another.

    Of any service, and with nothing else that its practitioner holds; nothing moves before another
    member agrees. Refuses anyone outside the IW Team, a request that was not taken over from a file
    or does not stand (`why_not_alone`), whoever is no working practitioner, who could be either of
    the two or proposed the file, and while another proposal from the same practitioner waits.
    """
    with transaction.atomic():
        person = Hold.objects.select_related("source").get(pk=hold.pk).source
        if person is None:
            raise WrongState("not_alone", policies.NOT_TAKEN_OVER)
        people = User.objects.locked(person.pk, to.pk)
        person, to = people[person.pk], people[to.pk]
        hold = Hold.objects.select_related("record", "source").get(pk=hold.pk)
        by.refresh_from_db(fields=["is_active", "role"])
        if not may_administer(by):
            raise NotAllowed()
        if why := policies.why_not_alone(hold):
            raise WrongState("not_alone", why)
        if hold.source_id != person.pk or not policies.may_take_over(to, person, anywhere=True):
            raise WrongState("not_to_them", "Choose another practitioner who can sign in.")
        if not policies.may_propose_alone(by, hold, to, now):
            raise NotAllowed("second_person", "Another member must propose this, not you.")
        _end_void_ones(person, by=by, now=now)
        hand_over = HandOver.objects.create(
            person=person, to=to, only=hold, proposed_at=now, proposed_by=by
        )
        _log(hand_over, "one_hand_over_proposed", by=by, now=now)
    return hand_over


def _end_void_ones(person: User, *, by: User, now: datetime) -> None:
    """Take back what nobody can confirm any more; refuse while another proposal waits, of all that
    they hold or of one request.
    """
    for waiting in HandOver.objects.open().with_people().filter(person=person):
        if not policies.why_void(waiting):
            raise WrongState("already_proposed", f"Proposed already: {_proposed(waiting)}.")
        _withdraw(waiting, by=by, now=now)


def withdraw(hand_over: HandOver, *, by: User, now: datetime) -> HandOver:
    """Take back a hand-over that was proposed; any member may. Refuses one that was confirmed."""
    with transaction.atomic():
        hand_over = _opened(hand_over, by)
        _withdraw(hand_over, by=by, now=now)
    return hand_over


def confirm(
    hand_over: HandOver,
    *,
    seen: list[str],
    by: User,
    now: datetime,
    not_theirs: bool = False,
    phoned: bool = False,
    involvement: str = "",
) -> int:
    """Give a person's holds, and what the apps above keep for them, to the colleague proposed.

    Holds that stand, and ended ones of which the family was not yet spoken: those whose references
    the page showed (`seen`), no others; or the one request that was proposed alone. Refuses who
    proposed and who counts as one with them, anyone newly granted their role, and what nobody can
    confirm any more; of one request also who could be either practitioner or set a number that is
    dialled, and without both
    calls: the first one said that it is `not_theirs`, and the new one, `phoned`, knew the number.
    `involvement` says how the new one is known to be involved, as of any hold that is agreed.

    Nobody is owed a reminder twice: what the leaver was owed is overtaken, the clock reminds the
    colleague. Both, and whoever managed the leaver in the last 28 days, are told at once. Returns
    how many things changed hands.
    """
    with transaction.atomic():
        hand_over = _opened(hand_over, by)
        if void := policies.why_void(hand_over):
            raise WrongState("hand_over_void", void)
        if not policies.may_confirm_hand_over(by, hand_over, now):
            raise NotAllowed("second_person", "Another member must confirm this, not you.")
        if hand_over.only is not None and not (not_theirs and phoned):
            raise WrongState("not_phoned", "Phone both practitioners first.")
        if hand_over.only is not None and involvement not in Involvement.values:
            raise WrongState("not_involved", "Check that the new practitioner is involved first.")
        hand_over.confirmed_at, hand_over.confirmed_by = now, by
        hand_over.involvement = involvement
        hand_over.save(update_fields=["confirmed_at", "confirmed_by", "involvement"])
        if hand_over.only is None:
            moved = _move_all(hand_over, seen, by=by, now=now)
            told = [one.uid for one in _tell_people(hand_over, now=now)]
            _log(hand_over, "handed_over", by=by, now=now, moved=moved, told=told)
        else:
            moved = _move_alone(hand_over, seen, by=by, now=now)
            told = [one.uid for one in _tell_people(hand_over, now=now)]
            calls = {"not_theirs": not_theirs, "number_read": phoned, "involvement": involvement}
            _log(hand_over, "one_handed_over", by=by, now=now, told=told, **calls)
    return moved


def holds_in_hand(person: User) -> QuerySet[Hold]:
    """Return the holds a hand-over moves: standing, or ended with the family not yet spoken of."""
    unspoken = Q(released_at__isnull=True) | (Q(family="") & ~Q(released_how="ended"))
    return Hold.objects.filter(unspoken, source=person)


def references_in_hand(person: User) -> list[str]:
    """Return the references of those holds, as a page shows them and its button sends them back."""
    return sorted(holds_in_hand(person).values_list("reference", flat=True))


def references_of(hand_over: HandOver) -> list[str]:
    """Return the references of what a hand-over would move: all in hand, or the one alone."""
    one = hand_over.only
    return references_in_hand(hand_over.person) if one is None else [one.reference]


def in_hand(person: User) -> list[tuple[str, int]]:
    """Return what a hand-over would move, in words with how many; what is not there is left out."""
    holds = holds_in_hand(person)
    owed = Consultation.objects.owed().filter(hold__in=holds)
    of_core = [
        ("Requests in force, or whose family is still to be told", holds.count()),
        ("Answers owed to a review", owed.count()),
    ]
    lines = [*of_core, *(line for found in hooks.in_hand for line in found(person))]
    return [(words, number) for words, number in lines if number]


def _opened(hand_over: HandOver, by: User) -> HandOver:
    """Return a proposal that waits, its row and its people's locked; who acts is read anew.

    Whoever proposed may not leave the team while it is decided.
    """
    people = (hand_over.person_id, hand_over.to_id, hand_over.proposed_by_id, by.pk)
    User.objects.locked(*people)
    waiting = HandOver.objects.select_for_update(of=("self",)).with_people()
    hand_over = waiting.get(pk=hand_over.pk)
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    if not may_administer(by):
        raise NotAllowed()
    if hand_over.confirmed_at is not None:
        done = cells.moment(hand_over.confirmed_at, hand_over.confirmed_by)
        raise WrongState("already_confirmed", f"This was confirmed already: {done}.")
    if hand_over.withdrawn_at is not None:
        done = cells.moment(hand_over.withdrawn_at, hand_over.withdrawn_by)
        raise WrongState("already_withdrawn", f"This was taken back: {done}.")
    return hand_over


def _proposed(hand_over: HandOver) -> str:
    when = cells.moment(hand_over.proposed_at, hand_over.proposed_by)
    return f"to {hand_over.to.name}, {when}"


def _withdraw(hand_over: HandOver, *, by: User, now: datetime) -> None:
    hand_over.withdrawn_at, hand_over.withdrawn_by = now, by
    hand_over.save(update_fields=["withdrawn_at", "withdrawn_by"])
    of_one = hand_over.only is not None
    event = "one_hand_over_withdrawn" if of_one else "hand_over_withdrawn"
    _log(hand_over, event, by=by, now=now)


def _log(hand_over: HandOver, event: str, *, by: User, now: datetime, **facts: Any) -> None:
    """Write what was done about a hand-over; of one request alone, about which."""
    if hand_over.only is not None:
        facts |= {
            "record_reference": hand_over.only.record.reference,
            "request": hand_over.only.reference,
        }
    log_entry(
        event,
        by=by,
        at=now,
        reference=hand_over.reference,
        person=hand_over.person.uid,
        to=hand_over.to.uid,
        **facts,
    )


def _move_all(hand_over: HandOver, seen: list[str], *, by: User, now: datetime) -> int:
    """Move holds, drafts and what else there is; returns how many. What the leaver was owed ends.

    Drafts have no record and are locked before one: so are they here.
    """
    person, to = hand_over.person, hand_over.to
    moved = sum(hand(person, to, by, now) for hand in hooks.hand_over_drafts)
    holds = _lock_in_hand(holds_in_hand(person))
    # Asked once nothing can come or go any more: a release meanwhile would leave part of it behind.
    if sorted(hold.reference for hold in holds) != sorted(seen):
        raise WrongState("holds_changed", "What they have asked for changed meanwhile: look again.")
    for hold in holds:
        _move(hold, hand_over, by=by, now=now)
    moved += len(holds) + sum(hand(person, to, holds, by, now) for hand in hooks.hand_over)
    Notice.objects.filter(recipient=person).exclude(kind__in=personal_kinds()).overtake()
    return moved


def _move_alone(hand_over: HandOver, seen: list[str], *, by: User, now: datetime) -> int:
    """Move one request with what the apps above keep of it; what was owed about it ends."""
    person, to = hand_over.person, hand_over.to
    one = Hold.objects.standing().filter(pk=filled(hand_over.only).pk, source=person)
    holds = _lock_in_hand(one)
    if not holds or [hold.reference for hold in holds] != seen:
        raise WrongState("holds_changed", "This request changed meanwhile: look again.")
    for hold in holds:
        _move(hold, hand_over, by=by, now=now)
        changing_hands.follow(hold, to, by=by, now=now)
    owed = Notice.objects.filter(recipient=person, mentions__in=seen)
    owed.exclude(kind__in=personal_kinds()).overtake()
    return len(holds)


def _lock_in_hand(of_person: QuerySet[Hold]) -> list[Hold]:
    """Return the holds that move, the rows of their records locked in the order of all acts."""
    keys = of_person.order_by("record_id").values_list("record_id", flat=True).distinct()
    records = {key: locking.lock_known_record(key) for key in list(keys)}
    holds = list(of_person.filter(record__in=records).order_by("record_id", "id"))
    for hold in holds:
        hold.record = records[hold.record_id]
    return holds


def _move(hold: Hold, hand_over: HandOver, *, by: User, now: datetime) -> None:
    changing_hands.give(hold, hand_over.to, hand_over=hand_over, by=by, now=now)
    HandedOverHold.objects.create(
        hold=hold, hand_over=hand_over, proposed_by=hand_over.proposed_by, at=now
    )


def _tell_people(hand_over: HandOver, *, now: datetime) -> list[User]:
    """Owe all who would know that it is wrong a mail with a link of their own; returns them."""
    told = notices.to_tell(hand_over, now)
    for one in told:
        row = HandOverTold.objects.create(hand_over=hand_over, person=one)
        notify(HAND_OVER, row.reference, recipients=[one], now=now, mentions=hand_over.reference)
    return told
