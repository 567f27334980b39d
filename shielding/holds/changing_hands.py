"""What goes with a claim to another source, whoever decided it. Parts of the acts that do.

The caller has opened the transaction and holds the record's lock.
"""

from datetime import datetime

from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds.models import HandOver
from shielding.records.models import Hold


def give(hold: Hold, to: User, *, hand_over: HandOver, by: User, now: datetime) -> None:
    """Give a claim to another source, who is reminded anew of what is owed, the latest step first.

    Nothing happens to the shield: who answers for it changes.
    """
    before, hold.source = filled(hold.source), to
    hold.save(update_fields=["source"])
    for asked in hold.consultations.owed():
        asked.remind_on = clock.today(asked.asked_at)
        asked.save(update_fields=["remind_on"])
    log_entry(
        "hold_handed_over",
        by=by,
        at=now,
        reference=hold.reference,
        record_reference=hold.record.reference,
        before=before.uid,
        after=to.uid,
        hand_over=hand_over.reference,
    )
