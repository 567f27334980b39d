"""A record that waits to be shielded for nobody any more: still shielded, or never applied.

A member looks on the system and attests it; nothing is opened there by it.
"""

from datetime import datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.checks import actions as checks
from shielding.checks.actions import SHIELDED, Found
from shielding.checks.finding_codes import Finding
from shielding.records import locking, states
from shielding.records import policies as record_policies
from shielding.records.models import END_COLUMNS, Record
from shielding.reviews import consultations
from shielding.unshield import policies
from shielding.unshield.actions import (
    move,
    refuse_while_disputed,
    refuse_while_word_is_owed,
    refuse_without_look,
)
from shielding.web.refusals import NotAllowed, WrongState

# What "checked: never applied" says by itself.
NEVER_SHIELDED = Found(Finding.OPEN)


def attest_still_shielded(
    record: Record, *, found: str, by: User, now: datetime, saw: Found = SHIELDED
) -> Record:
    """Attest that a record that waits for nobody any more, shielded before, is shielded.

    It came to wait because a hold arrived while it was being unshielded, and was let go again.
    Where the member `saw` that it is open, or not there, it waits on. Refuses as `stop_unshield`
    does, and while a hold stands. Returns the record.
    """
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        if not record_policies.may_attest_still_shielded(by, record):
            raise NotAllowed()
        checks.note_news(record, found=saw, by=by, now=now)
        if not saw.is_shielded:
            return record
        refuse_without_look(found)
        move(record, "still_shielded", "still_shielded", by=by, now=now, found=found)
    return record


def attest_never_applied(
    record: Record, *, by: User, now: datetime, saw: Found = NEVER_SHIELDED
) -> Record:
    """Attest "checked: never applied" for a record that waits to be shielded for nobody any more.

    It is open on the system, or not there. Where the member `saw` that it is shielded after all,
    that is recorded and it waits on. Refuses while a hold stands, once the shield was attested in
    this episode, while a hand-over of it is said to be wrong or a release waits for a call, anyone
    outside the IW Team, whoever recorded that a source let go, or could be the source, or counts
    as one with them, and who found it shielded in this episode. Returns the record.
    """
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        standing = record.holds.standing().count()
        if standing:
            raise WrongState("holds_stand", "Somebody still asks for this record to be shielded.")
        if record.state != states.TO_SHIELD or record.applied_at is not None:
            raise WrongState("not_waiting", "This record is not waiting to be shielded.")
        if not record_policies.may_attest_never_applied(by, record, standing):
            raise NotAllowed()
        refuse_while_disputed(record)
        refuse_while_word_is_owed(record)
        if policies.let_go_alone(by, record):
            raise NotAllowed("second_person", "Another member must attest this, not you.")
        if policies.found_it_shielded(by, record):
            raise NotAllowed("found_shielded", policies.FOUND_SHIELDED)
        if saw != NEVER_SHIELDED:
            checks.note(record, found=saw, by=by, now=now)
        if saw.is_shielded:
            return record
        after = states.after(record.state, "never_applied")
        before, record.state = record.state, after or record.state
        record.waiting_since = record.review_due = None
        # Nothing is left to end: a proposal would stay on the list for ever.
        record.forget_proposed_end()
        consultations.end_record_reviews(record, outcome="never_applied", by=by, now=now)
        record.save(update_fields=["state", "waiting_since", "review_due", *END_COLUMNS])
        log_entry(
            "never_applied",
            by=by,
            at=now,
            record_reference=record.reference,
            **{"from": before, "to": record.state},
        )
    return record
