"""What goes with a claim to another source, whoever decided it. Parts of the acts that do.

The caller has opened the transaction and holds the record's lock.
"""

from collections.abc import Iterator
from datetime import datetime

from logbook.writing import log_entry
from shielding import clock, hooks
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds import actions
from shielding.holds.hand_over.models import HandOver
from shielding.records import locking
from shielding.records.letting_go_codes import Release
from shielding.records.models import Hold, HoldQuerySet, Record


def give(hold: Hold, to: User, *, hand_over: HandOver, by: User, now: datetime) -> None:
    """Give a claim to another source, who is reminded anew of what is owed, the latest step first.

    Nothing happens to the shield: who answers for it changes.
    """
    _to(hold, to, "hold_handed_over", hand_over, by=by, now=now)


def give_back(hold: Hold, *, hand_over: HandOver, by: User, now: datetime) -> None:
    """Give a claim back to whoever had it before a hand-over; what came after it is void with it.

    Let go by the colleague meanwhile, or on the colleague's word, it stands again.
    """
    to, now_let_go = hand_over.person, _let_go_since(hold, hand_over)
    _to(hold, to, "hold_given_back", hand_over, by=by, now=now)
    this = hold.handed_over.get(hand_over=hand_over)
    later = hold.handed_over.filter(pk__gte=this.pk, given_back_at=None)
    later.update(given_back_at=now)
    if now_let_go:
        actions.stand_again(hold, source=to, by=by, now=now)


def ended_since(hand_over: HandOver, hold: Hold) -> bool:
    """Return whether a claim that moved with a hand-over stood then, and ended since, however."""
    return hold.released_at is not None and hold.released_at >= filled(hand_over.confirmed_at)


def by_record(holds: HoldQuerySet) -> Iterator[tuple[Record, list[Hold]]]:
    """Give each record of these claims with them, all locked in the order of all acts."""
    keys = holds.order_by("record_id").values_list("record_id", flat=True).distinct()
    for key in list(keys):
        record = locking.lock_known_record(key)
        of_record = holds.filter(record=record).select_for_update(of=("self",)).order_by("id")
        found = list(of_record)
        for hold in found:
            hold.record = record
        yield record, found


def follow(hold: Hold, to: User, *, by: User, now: datetime) -> None:
    """Let what the apps above keep of a claim follow it to another source."""
    for hand in hooks.hand_back:
        hand([hold], to, by, now)


def _let_go_since(hold: Hold, hand_over: HandOver) -> bool:
    by_colleague = hold.released_how in (Release.SOURCE, Release.ON_WORD)
    return by_colleague and ended_since(hand_over, hold)


def _to(hold: Hold, to: User, event: str, hand_over: HandOver, *, by: User, now: datetime) -> None:
    before, hold.source = filled(hold.source), to
    hold.save(update_fields=["source"])
    for asked in hold.consultations.owed():
        asked.remind_on = clock.today(asked.asked_at)
        asked.save(update_fields=["remind_on"])
    log_entry(
        event,
        by=by,
        at=now,
        reference=hold.reference,
        record_reference=hold.record.reference,
        before=before.uid,
        after=to.uid,
        hand_over=hand_over.reference,
    )
