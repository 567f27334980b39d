"""The final unshield: two members of the IW Team, and only when every source has let go.

Process document, step 9: "only when all shielding requests have been removed from a record will a
final un-shield be committed"; the IW Team "will be the only people able to complete" it.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from logbook.writing import log_entry
from shielding import hooks
from shielding.accounts.models import User
from shielding.checks import actions as checks
from shielding.checks.actions import SHIELDED, Found
from shielding.checks.finding_codes import Finding, FoundOpen
from shielding.records import locking, states
from shielding.records import policies as record_policies
from shielding.records.models import END_COLUMNS, Record
from shielding.reviews import consultations
from shielding.unshield import policies
from shielding.web.refusals import NotAllowed, WrongState, broken_constraint

# What "checked: never applied" says by itself.
NEVER_SHIELDED = Found(Finding.OPEN)


class Cancelled(WrongState):
    """A request arrived while the record was being unshielded: it must be shielded again, now."""

    template = "shielding/unshield/unshield_cancelled.html"

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__("unshield_cancelled", "A request to shield this record has arrived.")


def begin_unshield(record: Record, *, by: User, now: datetime) -> Record:
    """Begin the final unshield: now this member opens the record on the system.

    Refuses while anything `policies.unshield_missing` names is missing: a hold that stands, the
    working day after the last release, a family nobody spoke of, a second member who could
    confirm. Returns the record, *unshielding*.
    """
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if missing := policies.unshield_missing(record, by, now):
            raise WrongState(missing[0].code, missing[0].words)
        record.unshield_begun_at, record.unshield_begun_by = now, by
        _move(record, "begin_unshield", "unshield_begun", by=by, now=now)
    return record


def confirm_unshield(record: Record, *, by: User, now: datetime) -> Record:
    """Attest, as the second member, that the record is unshielded on the system: the episode ends.

    Refuses while a hold stands, the one who began and who counts as one with them, whoever recorded
    a release of this episode, anyone newly granted their role, while a release waits for a call (it
    is stopped then), and where the first step has fallen away: who began did not work in the IW
    Team all the time since. Where a request arrived meanwhile it says so loudly (Cancelled).
    Returns the record, *not shielded*.
    """
    with transaction.atomic():
        record = locking.lock_for_second(record.pk, by, first="unshield_begun_by")
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if record_policies.is_to_check_now(record):
            raise Cancelled(record)
        if record.state != states.UNSHIELDING or record.holds.standing().exists():
            raise WrongState("not_unshielding", "This record is not being unshielded.")
        if not policies.may_confirm_unshield(by, record, now):
            raise _another()
        _refuse_while_word_is_owed(record)
        record.unshield_confirmed_at, record.unshield_confirmed_by = now, by
        record.waiting_since = record.review_due = None
        consultations.end_record_reviews(record, outcome="unshielded", by=by, now=now)
        try:
            with transaction.atomic():
                _move(record, "confirm_unshield", "unshield_confirmed", by=by, now=now)
        except IntegrityError as error:
            # The setting was switched off, and the release step has not told the database yet.
            if broken_constraint(error) != "record_unshield_by_two":
                raise  # pragma: no cover - no other rule of PostgreSQL's is broken by two members
            raise _another() from None
        for told in hooks.record_opened:
            told(record, by, now)
    return record


def stop_unshield(
    record: Record, *, found: str, by: User, now: datetime, saw: Found = SHIELDED
) -> Record:
    """Stop an unshield that was begun, having looked at the system: the record is *shielded*.

    `found` says whether it had already been opened there. Where the member `saw` that it is open,
    it is *to shield*, check now; a number that is not there leaves all as it was, but where nobody
    could confirm: there it is stopped, so that another end can be proposed. Refuses anyone outside
    the IW Team, a record that is not being unshielded, and without that look. Returns the record.
    """
    with transaction.atomic():
        record = locking.lock_for(record.pk, by)
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if record.state != states.UNSHIELDING:
            raise WrongState("not_unshielding", "This record is not being unshielded.")
        checks.note_news(record, found=saw, by=by, now=now)
        if saw.finding == Finding.NOT_FOUND and policies.nobody_confirms(record, now):
            found = saw.finding
        elif not saw.is_shielded:
            return record
        else:
            refuse_without_look(found)
        record.unshield_begun_at = record.unshield_begun_by = None
        _move(record, "stop_unshield", "unshield_stopped", by=by, now=now, found=found)
    return record


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
        _move(record, "still_shielded", "still_shielded", by=by, now=now, found=found)
    return record


def refuse_without_look(found: str) -> None:
    """Raise WrongState unless somebody looked whether the record had already been opened."""
    if found not in FoundOpen.values:
        raise WrongState("check_incomplete", "Say whether the record had already been opened.")


def refuse_while_disputed(record: Record) -> None:
    """Raise WrongState while a hand-over of the record is said to be wrong and not settled."""
    if words := policies.disputed(record):
        raise WrongState("disputed", words)


def _refuse_while_word_is_owed(record: Record) -> None:
    """Raise WrongState while a release of this episode may not be its source's."""
    if owed := policies.words_owed(record):
        raise WrongState("word", owed[0])


def _another() -> NotAllowed:
    return NotAllowed("second_person", "Another member must confirm this, not you.")


def _move(record: Record, act: str, event: str, *, by: User, now: datetime, **facts: str) -> None:
    """Save the state that follows an act, which the caller found possible, with its entry."""
    before, after = record.state, states.RECORD[record.state, act]
    record.state = after
    record.save(
        update_fields=[
            "state",
            "waiting_since",
            "review_due",
            "unshield_begun_at",
            "unshield_begun_by",
            "unshield_confirmed_at",
            "unshield_confirmed_by",
        ]
    )
    log_entry(
        event,
        by=by,
        at=now,
        record_reference=record.reference,
        **{"from": before, "to": after},
        **facts,
    )


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
        _refuse_while_word_is_owed(record)
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
