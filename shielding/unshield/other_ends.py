"""The other ends of a record: moved away, archived, merged, died. Two members of the IW Team each.

The holds end with the record, in the same transaction; nothing else may close one that is held.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.checks import actions as checks
from shielding.checks.actions import SHIELDED, Found
from shielding.filled import filled
from shielding.holds import actions as hold_actions
from shielding.records import end_codes, locking, states
from shielding.records import policies as record_policies
from shielding.records.end_codes import END
from shielding.records.letting_go_codes import Release
from shielding.records.models import END_COLUMNS, Hold, Record
from shielding.reviews import consultations
from shielding.reviews.telling import tell_of_change, whose
from shielding.unshield import policies
from shielding.unshield.actions import refuse_while_disputed
from shielding.web.refusals import NotAllowed, WrongState

# What the second member ticks before an end, where it needs more than the check for duplicates.
ATTESTATIONS = {
    "merged_duplicate": (
        "The surviving record is shielded, and those who asked for the shield were asked to place "
        "their own requests on it"
    )
}


@dataclass(frozen=True)
class Receipt:
    """That another authority keeps the shield now: the day, and how it came. Never which one."""

    on: date
    came: str


def propose_end(
    record: Record, *, code: str, receipt: Receipt | None = None, by: User, now: datetime
) -> Record:
    """Propose that a record has ended; nothing changes until another member confirms.

    Refuses anyone outside the IW Team, an end that is not on the list, a record that is open to
    all or being unshielded, while a hand-over of it is said to be wrong, a second proposal, and
    that it moved away without a receipt of before tomorrow. Returns the record.
    """
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if code not in END or states.after(record.state, "close") is None:
            raise WrongState("not_to_end", "This record cannot end as it is.")
        refuse_while_disputed(record)
        if record.end_code:
            raise WrongState("end_proposed", "An end is already proposed for this record.")
        _refuse_without_receipt(code, receipt, now)
        record.end_code, record.end_proposed_at, record.end_proposed_by = code, now, by
        if receipt is not None:
            record.receipt_on, record.receipt_came = receipt.on, receipt.came
        record.save(update_fields=END_COLUMNS)
        _log_proposed(record, by=by, now=now)
    return record


def withdraw_end(record: Record, *, by: User, now: datetime) -> Record:
    """Take back the proposal that a record has ended; any member may. Returns the record."""
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if not record.end_code or record.state == states.CLOSED:
            raise WrongState("no_end_proposed", "No end is proposed for this record.")
        code = record.end_code
        record.forget_proposed_end()
        record.save(update_fields=END_COLUMNS)
        log_entry("end_withdrawn", by=by, at=now, record_reference=record.reference, end=code)
    return record


def confirm_end(
    record: Record,
    *,
    seen: list[str],
    attested: bool,
    no_duplicate: bool,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
    proposed: datetime | None = None,
) -> Record:
    """Confirm, as the second member, that a record has ended: its holds end, it is *closed*.

    `seen` is the references of the holds on the page, so that nobody ends a request they never
    saw, and `proposed` when the end on it was proposed: another one they never saw either. Where
    the member `saw` that the record is open, has a duplicate, or is not there although the child
    only moved, that is recorded and it has not ended. Refuses the one who proposed and who counts
    as one with them, anyone newly granted their role, a proposal that has fallen away, while a
    hand-over of the record is said to be wrong (its source may be another), and without the
    attestations the end needs. Sources and their managers are told that something changed. Returns
    the record.
    """
    with transaction.atomic():
        record = locking.lock_for_second(record.pk, by, first="end_proposed_by")
        if not record_policies.may_administer(by):
            raise NotAllowed()
        after = states.after(record.state, "close")
        if not record.end_code or after is None:
            raise WrongState("no_end_proposed", "No end is proposed for this record.")
        if words := policies.end_proposed_anew(record, proposed):
            raise WrongState("proposed_anew", words)
        refuse_while_disputed(record)
        if not policies.may_confirm_end(by, record, now):
            raise NotAllowed("second_person", "Another member must confirm this, not you.")
        holds = record.holds.standing().select_related("source__line_manager")
        standing = list(holds.order_by("pk"))
        if sorted(hold.reference for hold in standing) != sorted(seen):
            raise WrongState("holds_changed", "The requests for this record changed: look again.")
        checks.note_look(record, found=saw, by=by, now=now)
        if not policies.ends_on(saw, record.end_code):
            return record
        looked = no_duplicate or saw != SHIELDED
        if not looked or (record.end_code in ATTESTATIONS and not attested):
            raise WrongState("check_incomplete", "Attest what this end needs first.")
        _close(record, after, standing, by=by, now=now)
    return record


def _refuse_without_receipt(code: str, receipt: Receipt | None, now: datetime) -> None:
    """Let pass a receipt that came by now, of a child who moved away, and no receipt of another."""
    if receipt is None:
        whole = code != end_codes.MOVED_AWAY
    else:
        came = receipt.came in end_codes.ReceiptCame.values and receipt.on <= clock.today(now)
        whole = code == end_codes.MOVED_AWAY and came
    if not whole:
        raise WrongState("no_receipt", "Say when and how the other authority confirmed it.")


def _log_proposed(record: Record, *, by: User, now: datetime) -> None:
    reference = record.reference
    if record.receipt_on is None:
        log_entry("end_proposed", by=by, at=now, record_reference=reference, end=record.end_code)
        return
    log_entry(
        "move_proposed",
        by=by,
        at=now,
        record_reference=reference,
        on=record.receipt_on,
        came=record.receipt_came,
    )


def _close(record: Record, after: str, standing: list[Hold], *, by: User, now: datetime) -> None:
    """End a record's holds and its open review with it, and write that it is closed."""
    for hold in standing:
        hold.record = record
        hold_actions.release_hold(hold, how=Release.ENDED, by=by, now=now)
        tell_of_change(hold.reference, whose(hold), now=now)
    consultations.end_record_reviews(record, outcome="ended", by=by, now=now)
    before, record.state = record.state, after
    record.closed_at, record.closed_by = now, by
    record.waiting_since = record.review_due = None
    record.save(update_fields=["state", "closed_at", "closed_by", "waiting_since", "review_due"])
    log_entry(
        "record_closed",
        by=by,
        at=now,
        record_reference=record.reference,
        **{"from": before, "to": after},
        end=record.end_code,
        proposed_by=filled(record.end_proposed_by).uid,
    )
