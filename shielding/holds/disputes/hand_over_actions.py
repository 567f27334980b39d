"""Somebody who was told of a hand-over says "this is wrong", and a member settles it.

What was let go since stands again at once, whatever the record's state: whether it did would tell
who says so of it. Until it is settled no unshield begins that rests on it. Process document, step
9, for a source who never let go.
"""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds import actions
from shielding.holds.disputes import policies
from shielding.holds.disputes.notices import DISPUTED
from shielding.holds.hand_over import changing_hands
from shielding.holds.hand_over.models import HandOver, HandOverTold
from shielding.holds.hand_over.policies import may_take_over
from shielding.notices import told_links
from shielding.notices.kinds import HAND_OVER
from shielding.notices.notify import notify
from shielding.records import states
from shielding.records.models import Hold, HoldQuerySet, Record
from shielding.records.policies import may_administer
from shielding.reviews.telling import tell_of_change
from shielding.web import cells
from shielding.web.refusals import NotAllowed, WrongState


def told_by(token: str) -> HandOverTold | None:
    """Return whom a mailed link stands for, or nobody: forged, torn and too old are the same."""
    reference = told_links.reference_of(HAND_OVER, token)
    return HandOverTold.objects.select_related("person").filter(reference=reference).first()


def say_wrong(told: HandOverTold, *, by: User, now: datetime) -> None:
    """Say, as somebody who was told of a hand-over, that it is wrong; once for each who was told.

    Needs no working account: it may be what the account was suspended for. What was handed over and
    ended since stands again for its old source; an *unshielding* record of it, or one that is open
    to all, is *to shield*; none can be unshielded until it is settled. The leads are told. Says
    nothing of all this to whoever says it, and does nothing the second time.
    """
    with transaction.atomic():
        hand_over = _locked(told.hand_over_id)
        told = HandOverTold.objects.select_for_update().get(pk=told.pk)
        if told.said_wrong_at is not None:
            return
        told.said_wrong_at = now
        told.save(update_fields=["said_wrong_at"])
        _log_said(hand_over, by=by, now=now)
        if hand_over.is_disputed or hand_over.verdict == HandOver.Verdict.WRONG:
            return
        hand_over.disputed_at, hand_over.disputed_by = now, by
        hand_over.settled_at = hand_over.settled_by = None
        hand_over.verdict = ""
        hand_over.save()
        for record, holds in changing_hands.by_record(_moved(hand_over)):
            _keep_shut(record, holds, hand_over, by=by, now=now)
        step = hand_over.told.filter(said_wrong_at__isnull=False).count()
        leads = User.objects.working().iw_team().leads_or_else_all()
        notify(DISPUTED, hand_over.reference, recipients=leads, now=now, step=step)


def settle(
    hand_over: HandOver, *, verdict: str, by: User, now: datetime, seen: datetime | None = None
) -> HandOver:
    """Say, of a hand-over that is said to be wrong, that it was rightful, or wrong.

    Wrong: what moved goes back to its old source, and stands again where it was let go since.
    Rightful: a claim that stood again meanwhile is the colleague's. Refuses who proposed or
    confirmed it, a member while an IW lead is free, and what is settled. `seen` is when what the
    member's page showed was said: what was settled and said anew since, they have not looked at.
    Returns the hand-over.
    """
    with transaction.atomic():
        hand_over = _locked(hand_over.pk)
        by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
        if not may_administer(by):
            raise NotAllowed()
        if not hand_over.is_disputed:
            raise WrongState("not_disputed", _not_disputed(hand_over))
        if words := policies.why_unseen(hand_over, seen):
            raise WrongState("disputed_anew", words)
        if not policies.may_settle(by, hand_over, now):
            raise NotAllowed("second_person", "Another member must settle this, not you.")
        if verdict not in HandOver.Verdict.values:
            raise WrongState("no_verdict", "Say whether it was right or wrong.")
        hand_over.settled_at, hand_over.settled_by, hand_over.verdict = now, by, verdict
        hand_over.save(update_fields=["settled_at", "settled_by", "verdict"])
        log_entry(
            "hand_over_settled",
            by=by,
            at=now,
            reference=hand_over.reference,
            person=hand_over.person.uid,
            to=hand_over.to.uid,
            verdict=verdict,
        )
        moves = _give_back if verdict == HandOver.Verdict.WRONG else _give_on
        for _record, holds in changing_hands.by_record(_moved(hand_over)):
            for hold in holds:
                moves(hold, hand_over, by=by, now=now)
    return hand_over


def _locked(key: int) -> HandOver:
    return HandOver.objects.select_for_update(of=("self",)).with_people().get(pk=key)


def _moved(hand_over: HandOver) -> HoldQuerySet:
    """Return what moved and was not given back."""
    return Hold.objects.filter(handed_over__in=hand_over.moved.filter(given_back_at=None))


def _keep_shut(
    record: Record, holds: list[Hold], hand_over: HandOver, *, by: User, now: datetime
) -> None:
    """Stop an unshield that is on its way; let what ended since the hand-over stand again.

    Whatever the record's state: one who says that it is wrong, and looks at their own request,
    would read from it whether the record is open, or another still asks.
    """
    if record.state == states.UNSHIELDING:
        actions.cancel_unshield(record, reference=hand_over.reference, by=by, now=now)
    for hold in holds:
        if changing_hands.ended_since(hand_over, hold):
            actions.stand_again(hold, source=hand_over.person, by=by, now=now)
            changing_hands.follow(hold, hand_over.person, by=by, now=now)


def _give_back(hold: Hold, hand_over: HandOver, *, by: User, now: datetime) -> None:
    changing_hands.give_back(hold, hand_over=hand_over, by=by, now=now)
    changing_hands.follow(hold, hand_over.person, by=by, now=now)
    tell_of_change(hold.reference, hand_over.person, now=now)


def _give_on(hold: Hold, hand_over: HandOver, *, by: User, now: datetime) -> None:
    """Give a claim that stood again for its old source to whom it had come by then.

    Not to whom it had come by a later hand-over that was found wrong: that one was given back.
    """
    kept = hold.handed_over.filter(given_back_at=None)
    # The file had named the wrong one: whose it is by now may be of any service.
    anywhere = kept.filter(hand_over__only__isnull=False).exists()
    last = kept.select_related("hand_over__to").order_by("-id")[0].hand_over
    to = filled(last).to
    if not hold.is_standing or hold.source_id == to.pk:
        return
    if may_take_over(to, filled(hold.source), anywhere=anywhere):
        changing_hands.give(hold, to, hand_over=filled(last), by=by, now=now)
        changing_hands.follow(hold, to, by=by, now=now)


def _log_said(hand_over: HandOver, *, by: User, now: datetime) -> None:
    log_entry(
        "hand_over_disputed",
        by=by,
        at=now,
        reference=hand_over.reference,
        person=hand_over.person.uid,
        to=hand_over.to.uid,
        proposed_by=hand_over.proposed_by.uid,
        confirmed_by=filled(hand_over.confirmed_by).uid,
    )


def _not_disputed(hand_over: HandOver) -> str:
    if hand_over.settled_at is None:
        return "Nobody says that this hand-over is wrong."
    done = cells.moment(hand_over.settled_at, hand_over.settled_by)
    return f"This was settled already: {done}."
