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
from shielding.records.models import Record
from shielding.reviews import consultations
from shielding.unshield import policies
from shielding.web.refusals import NotAllowed, WrongState, broken_constraint


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
        move(record, "begin_unshield", "unshield_begun", by=by, now=now)
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
        refuse_while_word_is_owed(record)
        record.unshield_confirmed_at, record.unshield_confirmed_by = now, by
        record.waiting_since = record.review_due = None
        consultations.end_record_reviews(record, outcome="unshielded", by=by, now=now)
        try:
            with transaction.atomic():
                move(record, "confirm_unshield", "unshield_confirmed", by=by, now=now)
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
        move(record, "stop_unshield", "unshield_stopped", by=by, now=now, found=found)
    return record


def refuse_without_look(found: str) -> None:
    """Raise WrongState unless somebody looked whether the record had already been opened."""
    if found not in FoundOpen.values:
        raise WrongState("check_incomplete", "Say whether the record had already been opened.")


def refuse_while_disputed(record: Record) -> None:
    """Raise WrongState while a hand-over of the record is said to be wrong and not settled."""
    if words := policies.disputed(record):
        raise WrongState("disputed", words)


def refuse_while_word_is_owed(record: Record) -> None:
    """Raise WrongState while a release of this episode may not be its source's."""
    if owed := policies.words_owed(record):
        raise WrongState("word", owed[0])


def _another() -> NotAllowed:
    return NotAllowed("second_person", "Another member must confirm this, not you.")


def move(record: Record, act: str, event: str, *, by: User, now: datetime, **facts: str) -> None:
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
