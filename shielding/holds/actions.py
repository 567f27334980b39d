"""What can happen to a record: holds placed and released, the shield attested, numbers shown.

Every action has one shape: lock the record's row, check the state, check the policy, change, log.
The caller of place_hold, stand_again, cancel_unshield, release_hold and name_source is an action of
its own that has opened the transaction; they refuse to run outside one.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.history import is_vouched_for, was_readdressed
from shielding.accounts.models import Service, User
from shielding.checks import actions as checks
from shielding.checks.actions import SHIELDED, Found
from shielding.checks.finding_codes import FoundOpen
from shielding.records import locking, policies, states
from shielding.records.letting_go_codes import Release
from shielding.records.models import END_COLUMNS, Hold, Record
from shielding.reviews import consultations
from shielding.web.refusals import NotAllowed, WrongState

# One UPDATE for whatever state the record is in: more for some would tell which.
_WRITTEN_BY_HOLD = (
    "state",
    "episode",
    "episode_started_at",
    "waiting_since",
    "review_due",
    "applied_at",
    "applied_by",
    "unshield_begun_at",
    "unshield_begun_by",
    "unshield_confirmed_at",
    "unshield_confirmed_by",
    "unshield_cancels",
    "unshield_cancelled_of",
    *END_COLUMNS,
    "closed_at",
    "closed_by",
)


_WRITTEN_BY_RELEASE = (
    "released_at",
    "released_by",
    "released_how",
    "release_proposed_by",
    "word_to_attest",
)


@dataclass(frozen=True)
class Existing:
    """A shield that was there before the product, as a file of two members says it."""

    applied_on: date
    review_due: date
    involvement: str
    file_import: FileImport


@dataclass(frozen=True)
class Source:
    """Who asks for a hold: a practitioner, or only their service if they have no account."""

    person: User | None
    service: Service


def place_hold(
    record: Record,
    *,
    source: Source,
    reference: str,
    ground: str,
    by: User,
    now: datetime,
    existing: Existing | None = None,
) -> Hold:
    """Place a source's hold on a locked record; protection never waits for a decision.

    Whatever the record's state, the same statements run. A record that was open to all starts a
    new episode; one being unshielded goes back to *to shield*, and whoever began is told. An end
    that was proposed is proposed no more. Its six-monthly review is due six months after the
    London day of placing, and whoever else asks moves it as little as it moves theirs; that of an
    `existing` shield has its day already. Returns the hold. Process document, steps 3, 4 (shielding
    on receipt) and 7.
    """
    due = existing.review_due if existing else clock.next_review_due(clock.today(now))
    before = record.state
    _shield_for(record, due, now)
    hold = Hold.objects.create(
        reference=reference,
        record=record,
        source=source.person,
        service=source.service,
        ground=ground,
        episode=record.episode,
        placed_at=now,
        placed_by=by,
        imported_at=now if existing else None,
        file_import=existing.file_import if existing else None,
        review_due=due,
    )
    log_entry(
        "hold_placed",
        by=by,
        at=now,
        reference=reference,
        record_reference=record.reference,
        **{"from": before, "to": record.state},
        ground=ground,
        episode=record.episode,
        source=source.person.uid if source.person else "",
        source_service=source.service.code,
    )
    return hold


def take_over(
    record: Record,
    *,
    source: Source,
    reference: str,
    ground: str,
    existing: Existing,
    by: User,
    now: datetime,
) -> Hold:
    """Place the hold of a shield that was there before the product, agreed and attested as applied.

    The entries have the time of this act. Nobody has looked for a duplicate, and the record joins
    those that two members check again. A file proves nothing of a record that may be open: it is
    attested as applied only where the record is shielded already and was not found otherwise since
    its episode began, or is new to the product by this act. Any other waits for a look, as with
    any request. The caller holds the record's lock. Returns the hold.
    """
    attests = policies.is_new(record) or (
        record.state == states.SHIELDED and checks.is_found_shielded(record)
    )
    hold = place_hold(
        record, source=source, reference=reference, ground=ground, by=by, now=now, existing=existing
    )
    if attests:
        before = record.state
        _apply(hold, record, _once_applied(hold, record, by), by=by, now=now)
        log_entry(
            "shield_applied",
            by=by,
            at=now,
            reference=reference,
            record_reference=record.reference,
            **{"from": before, "to": record.state},
            checked_on=existing.applied_on,
            no_duplicate=False,
        )
    agree_hold(hold, involvement=existing.involvement, by=by, now=now)
    return hold


def stand_again(hold: Hold, *, source: User, by: User, now: datetime) -> None:
    """Let a claim that was let go stand again for a source: somebody else had let go of it.

    The record is to be shielded, in a new episode where it was open to all, unless it is shielded;
    its review stays due on the day it had, and what is open of it asks anew. The caller holds the
    record's lock.
    """
    record, before = hold.record, hold.record.state
    due = hold.review_due or clock.next_review_due(clock.today(now))
    _shield_for(record, due, now)
    hold.source, hold.episode, hold.review_due = source, record.episode, due
    hold.released_at = hold.released_by = hold.release_proposed_by = None
    hold.family_at = hold.family_by = None
    hold.word_attested_at = hold.word_attested_by = None
    hold.released_how = hold.family = ""
    hold.word_to_attest = False
    # Somebody looks on the system, and attests it for this claim anew: whatever the record's state,
    # which its source would read from the difference.
    hold.applied_at = hold.applied_by = hold.found_open_at = None
    hold.save()
    log_entry(
        "hold_stands_again",
        by=by,
        at=now,
        reference=hold.reference,
        record_reference=record.reference,
        **{"from": before, "to": record.state},
        source=source.uid,
        due=due,
    )
    consultations.ask_anew(hold, now=now)


def cancel_unshield(record: Record, *, reference: str, by: User, now: datetime) -> None:
    """Stop an unshield because what led to it is disputed: it may be open, and is looked at now.

    Who began it is told by the clock, as when a request arrives. The caller holds the lock.
    """
    before = record.state
    _await_shield(record, now, states.RECORD[before, "disputed"])
    record.save(update_fields=_WRITTEN_BY_HOLD)
    log_entry(
        "unshield_disputed",
        by=by,
        at=now,
        reference=reference,
        record_reference=record.reference,
        **{"from": before, "to": record.state},
    )


def _shield_for(record: Record, due: date, now: datetime) -> None:
    """Give a record what a hold that comes to stand gives it, and the earliest day of review."""
    others = record.holds.standing().earliest_review()
    _await_shield(record, now, states.after(record.state, "hold_placed") or states.TO_SHIELD)
    record.review_due = min(others or due, due)
    record.save(update_fields=_WRITTEN_BY_HOLD)


def _await_shield(record: Record, now: datetime, after: str) -> None:
    """Give a record the state in which an arriving hold leaves it, and nothing of what it undid."""
    before, record.state = record.state, after
    if before in states.OPEN_TO_ALL:
        _begin_episode(record, now)
    if before not in (states.TO_SHIELD, states.SHIELDED):
        record.waiting_since = now
    if before == states.UNSHIELDING:
        record.unshield_cancels += 1
        # The key, not the person: reading them would be one statement more for this state alone.
        record.unshield_cancelled_of_id = record.unshield_begun_by_id
        record.unshield_begun_at = record.unshield_begun_by = None
    record.forget_proposed_end()
    record.closed_at = record.closed_by = None


def _begin_episode(record: Record, now: datetime) -> None:
    """Count a new episode of a record."""
    record.episode += 1
    record.episode_started_at = now
    record.applied_at = record.applied_by = None
    record.unshield_begun_at = record.unshield_begun_by = None
    record.unshield_confirmed_at = record.unshield_confirmed_by = None


def change_ground(hold: Hold, *, ground: str, by: User, now: datetime) -> None:
    """Give a standing hold another ground, as its source corrected it. Refuses a released hold."""
    if not hold.is_standing:
        raise WrongState("hold_released", "This request no longer stands.")
    before, hold.ground = hold.ground, ground
    hold.save(update_fields=["ground"])
    log_entry(
        "ground_changed", by=by, at=now, reference=hold.reference, before=before, after=ground
    )


def attest_applied(
    hold: Hold,
    *,
    checked_on: date,
    no_duplicate: bool,
    by: User,
    now: datetime,
    found: str = "",
    saw: Found = SHIELDED,
) -> Record:
    """Attest that the record is shielded on ContactPoint for this hold, checked on a day.

    Of a record that was being unshielded when the hold arrived, `found` says whether it had
    already been opened there. Where the member `saw` that it is open, or not there, that is
    recorded and nothing is attested for this hold.

    Refuses anyone outside the IW Team, a released hold, one already attested (saying who did and
    when), a day in the future or before the hold, and a missing duplicate check. May come before
    the decision. Returns the record. Process document, step 4.
    """
    with transaction.atomic():
        record = locking.lock_known_record(hold.record_id)
        hold.refresh_from_db()
        after = _once_applied(hold, record, by)
        looked = no_duplicate or saw != SHIELDED
        if not looked or not clock.today(hold.placed_at) <= checked_on <= clock.today(now):
            raise WrongState("check_incomplete", "Check the record and its duplicates first.")
        checks.note_news(record, found=saw, by=by, now=now)
        if not saw.is_shielded:
            return record
        if policies.is_to_check_now(record):
            _log_found(record, hold, found, by=by, now=now)
        before = record.state
        _apply(hold, record, after, by=by, now=now)
        log_entry(
            "shield_applied",
            by=by,
            at=now,
            reference=hold.reference,
            record_reference=record.reference,
            **{"from": before, "to": after},
            checked_on=checked_on,
            no_duplicate=saw == SHIELDED,
        )
    return record


def _once_applied(hold: Hold, record: Record, by: User) -> str:
    """Return the state that attesting leads to. Raises where it was done, or cannot be done."""
    if hold.applied_at is not None:
        raise WrongState("already_applied", "This request is already attested as applied.")
    if not hold.is_standing:
        raise WrongState("hold_released", "This request no longer stands.")
    after = states.after(record.state, "shield_applied")
    if after is None:
        raise WrongState("not_to_shield", "This record is being unshielded.")
    if not policies.may_apply(by, hold):
        raise NotAllowed()
    return after


def _apply(hold: Hold, record: Record, after: str, *, by: User, now: datetime) -> None:
    """Keep who attested a hold, and of the record who did first."""
    hold.applied_at, hold.applied_by, hold.found_open_at = now, by, None
    hold.save(update_fields=["applied_at", "applied_by", "found_open_at"])
    record.state = after
    if record.applied_at is None:
        record.applied_at, record.applied_by = now, by
    record.save(update_fields=["state", "applied_at", "applied_by"])


def _log_found(record: Record, hold: Hold, found: str, *, by: User, now: datetime) -> None:
    if found not in FoundOpen.values:
        raise WrongState("check_incomplete", "Say whether the record had already been opened.")
    log_entry(
        "found_after_unshielding",
        by=by,
        at=now,
        reference=hold.reference,
        record_reference=record.reference,
        found=found,
    )


def name_source(hold: Hold, person: User, *, now: datetime) -> None:
    """Name the practitioner who confirmed that they phoned as the source of a standing hold.

    Until then its service is the source: a call may have been put to the wrong name. The caller
    holds the record's lock. Refuses a released hold and one that has a source.
    """
    if not hold.is_standing or hold.source_id is not None:
        raise WrongState("has_source", "This request has its practitioner already.")
    hold.source = person
    hold.save(update_fields=["source"])
    log_entry("source_named", by=person, at=now, reference=hold.reference)


def agree_hold(hold: Hold, *, involvement: str, by: User, now: datetime) -> None:
    """Make a standing hold an agreed one; only agreed holds are consulted in brokerage.

    `involvement` says how the practitioner is known to be involved. The caller holds the record's
    lock. Refuses a released hold and a second agreement.
    """
    if not hold.is_standing:
        raise WrongState("hold_released", "This request no longer stands.")
    if hold.agreed_at is not None:
        raise WrongState("already_agreed", "This request is already agreed.")
    hold.agreed_at, hold.agreed_by = now, by
    hold.save(update_fields=["agreed_at", "agreed_by"])
    log_entry(
        "involvement_attested", by=by, at=now, reference=hold.reference, involvement=involvement
    )


def release_hold(
    hold: Hold, *, how: str, by: User, now: datetime, proposed_by: User | None = None
) -> None:
    """Release a standing hold. The record stays shielded: letting go opens nothing by itself.

    Whatever review still asked its source asks no more, and stays open until it is concluded. On
    the word of a source without a working account, or with one that may not let go itself yet, it
    waits for another member to attest a call. The caller holds the record's lock. Refuses a hold
    already released. Process document, steps 8 and 9.
    """
    if not hold.is_standing:
        raise WrongState("already_released", "This request has already ended.")
    hold.released_at, hold.released_by, hold.released_how = now, by, how
    hold.release_proposed_by = proposed_by
    hold.word_to_attest = how == Release.ON_WORD and not could_let_go(hold, now)
    hold.save(update_fields=_WRITTEN_BY_RELEASE)
    log_entry(
        "hold_released",
        by=by,
        at=now,
        reference=hold.reference,
        record_reference=hold.record.reference,
        how=how,
        source=hold.source.uid if hold.source else "",
        to_attest=hold.word_to_attest,
    )
    consultations.close(consultations.owed_by(hold), answer="let_go", by=by, now=now)
    consultations.keep_earliest(hold.record)


def could_let_go(hold: Hold, now: datetime) -> bool:
    """Whether the source has a working account that may let go: not a new one nobody phoned, nor
    one that has got another email address lately.
    """
    source = User.objects.filter(pk__in=[hold.source_id] if hold.source_id else []).first()
    if source is None or not source.is_active:
        return False
    return is_vouched_for(source) and not was_readdressed(source, now)
