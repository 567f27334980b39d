"""Reviews: opened in time, each source asked, answered, concluded. Process document, step 7.

The caller of the functions about a request's review is an action of an app above and has opened
the transaction; those about a hold's six-monthly review are actions of their own.
"""

import logging
from datetime import date, datetime

from django.db import OperationalError, transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.checks import actions as checks
from shielding.checks.actions import SHIELDED, Found
from shielding.filled import filled
from shielding.records import locking, states
from shielding.records import policies as record_policies
from shielding.records.models import Hold, Record
from shielding.reviews import consultations, policies
from shielding.reviews import dates as review_dates
from shielding.reviews.models import Review, records_to_review
from shielding.reviews.telling import tell_of_change
from shielding.web.refusals import NotAllowed, WrongState

logger = logging.getLogger(__name__)
_WITHOUT = "the review can be concluded without."
_ASK_THEM = "The practitioner has not answered since the day of the first mail. Ask them;"
_NOT_YET = "The practitioner has not answered. Ask them; from"
_CHANGED = "Open this page again: the dates have changed."


def open_request_review(
    record: Record,
    *,
    hold: Hold | None,
    reference: str,
    submitted_at: datetime,
    by: User,
    entered_at: datetime | None = None,
) -> Review:
    """Open a request's own first review, due within seven days of submission; returns it.

    Of a call that was entered later, `submitted_at` is when it came and `entered_at` is now. It
    goes under the request's reference and asks its source alone, so that a source learns nothing of
    another's. "An initial review must be undertaken within 7 days."
    """
    review = Review.objects.create(
        kind=Review.Kind.REQUEST,
        reference=reference,
        record=record,
        hold=hold,
        opened_at=submitted_at,
        due=clock.first_review_due(submitted_at),
    )
    entered_at = entered_at or submitted_at
    if hold is not None:
        consultations.ask(review, hold, now=entered_at)
    log_entry("review_opened", by=by, at=entered_at, reference=reference, due=review.due)
    return review


def give_review_its_hold(review: Review, hold: Hold, *, now: datetime) -> None:
    """Let the open review of a request know the hold it came to place; its due date stays.

    Part of the action that places the hold, which writes the entries. Refuses one concluded.
    """
    if review.concluded_at is not None:
        raise WrongState("already_concluded", "This review is already concluded.")
    review.hold = hold
    review.save(update_fields=["hold"])
    consultations.ask(review, hold, now=now)


def conclude_request_review(
    review: Review,
    *,
    outcome: str,
    no_duplicate: bool,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> int:
    """Conclude a request's first review and return by how many days it was late.

    A source who still owes an answer is recorded as *no answer*, which keeps the shield: the caller
    says when that may be, and on which finding. Refuses one already concluded, and without the
    attestation that no duplicate or unmatched unshielded record was found, or what the member `saw`
    instead. The lateness is kept; nothing moves a due date.
    """
    if not (no_duplicate or saw != SHIELDED):
        raise WrongState("check_incomplete", "Look for duplicate and unmatched records first.")
    if review.concluded_at is not None:
        raise WrongState("already_concluded", "This review is already concluded.")
    silent = consultations.unanswered(review)
    consultations.close(silent, answer="no_answer", by=by, now=now)
    review.days_late = clock.days_late(review.due, now)
    review.concluded_at, review.concluded_by, review.outcome = now, by, outcome
    review.no_duplicate = saw == SHIELDED
    review.save(
        update_fields=["days_late", "concluded_at", "concluded_by", "outcome", "no_duplicate"]
    )
    return review.days_late


def conclude_first_review(
    review: Review,
    *,
    no_duplicate: bool,
    next_shown: date,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> Review:
    """Conclude the first review of an agreed request: agreeing is not reviewing.

    Once its source answered on or after the day of the first mail; else from the day to act by on,
    with what they said earlier or as *no answer*, which keeps the shield; whoever was asked late
    has two working days. It moves no date. Where the member `saw` that the record is open, or not
    there, that is recorded and the review stays open.

    Refuses anyone outside the IW Team, whoever asked or logged the call, one concluded already
    (saying by whom), one that is not agreed or was let go, one without the check for duplicates,
    and a next date other than the one shown. Returns the review. Process document, step 7.
    """
    with transaction.atomic():
        record = locking.lock_for(review.record_id, by)
        review = Review.objects.select_for_update().get(pk=review.pk)
        review.hold = hold = Hold.objects.get(pk=filled(review.hold_id))
        if not policies.may_conclude_first(by, review):
            raise NotAllowed()
        if review.concluded_at is not None:
            raise WrongState("already_concluded", policies.by_whom(review))
        if hold.agreed_at is None or not hold.is_standing:
            raise WrongState("not_to_conclude", "Its own page says how this request goes on.")
        if not policies.may_end_first_review(review, now):
            day = policies.first_review_ends_from(review)
            raise WrongState("answers_owed", f"{_ASK_THEM} from {day:%-d %B %Y} on {_WITHOUT}")
        if not (no_duplicate or saw != SHIELDED) or next_shown != hold.review_due:
            raise WrongState("check_incomplete", _CHANGED)
        review.record = record
        _conclude_as_seen(review, saw, "continues", "first_review_concluded", by=by, now=now)
    return review


def conclude_added_review(
    review: Review,
    *,
    no_duplicate: bool,
    next_shown: date | None,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> Review:
    """Conclude a review that somebody asked for because something changed. It moves no date.

    Once its source answered or let go; else from the day to act by on as *no answer*, which keeps
    the shield. Where the member `saw` that the record is open, or not there, that is recorded and
    the review stays open.

    Refuses anyone outside the IW Team, one concluded already (saying by whom), one whose source
    has still to be heard, one without the check for duplicates, and a next date other than the one
    shown. Returns the review.
    """
    with transaction.atomic():
        record = locking.lock_for(review.record_id, by)
        review = Review.objects.select_for_update().get(pk=review.pk)
        review.record, review.hold = record, Hold.objects.get(pk=filled(review.hold_id))
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if review.concluded_at is not None:
            raise WrongState("already_concluded", policies.by_whom(review))
        if not policies.may_end_added_review(review, now):
            day = policies.added_review_ends_from(review)
            raise WrongState("answers_owed", f"{_NOT_YET} {day:%-d %B %Y} on {_WITHOUT}")
        if not (no_duplicate or saw != SHIELDED) or next_shown != policies.stays_due(review):
            raise WrongState("check_incomplete", _CHANGED)
        outcome = policies.outcome_of_added(review)
        _conclude_as_seen(review, saw, outcome, "added_review_concluded", by=by, now=now)
    return review


def _conclude_as_seen(
    review: Review, saw: Found, outcome: str, event: str, *, by: User, now: datetime
) -> None:
    """Record what a member saw and, where the record is shielded, conclude a review that moves no
    date.
    """
    checks.note_news(review.record, found=saw, by=by, now=now)
    if not saw.is_shielded:
        return
    late = conclude_request_review(
        review, outcome=outcome, no_duplicate=True, saw=saw, by=by, now=now
    )
    log_entry(
        event,
        by=by,
        at=now,
        reference=review.reference,
        record_reference=review.record.reference,
        outcome=review.outcome,
        days_late=late,
    )


def open_due_reviews(now: datetime) -> None:
    """Open every six-monthly review that is near, a record's in a transaction of their own.

    Those that cannot be opened now (their record is busy) keep no other from it, and are next
    time's.
    """
    for record in records_to_review(now):
        try:
            open_reviews_of(record, now=now)
        except OperationalError as error:
            logger.warning("Reviews of %s not opened: %s", record.reference, type(error).__name__)


def open_reviews_of(record: Record, *, now: datetime) -> list[Review]:
    """Open the six-monthly reviews of a record that are near: one for each standing hold, by that
    hold's own day, asking its source alone.

    Nobody is asked because another is. Of a record nobody asks for any more it opens one that
    asks nobody. Returns all that are open. Nobody's act but the clock's; it may run as often as it
    likes. "Periodical reviews of the record should be undertaken every 6 months."
    """
    with transaction.atomic():
        record = locking.lock_known_record(record.pk)
        open_now = record.reviews.open().of_records()
        standing = record.holds.standing()
        for hold in standing.exclude(consultations__review__in=open_now).order_by("id"):
            if policies.review_is_near(hold.review_due, now):
                _open(record, hold, filled(hold.review_due), now)
        if _waits_for_nobody(record, now) and not standing.exists() and not open_now.exists():
            _open(record, None, filled(record.review_due), now)
        return list(open_now)


def _waits_for_nobody(record: Record, now: datetime) -> bool:
    return record.state not in states.OPEN_TO_ALL and policies.review_is_near(
        record.review_due, now
    )


def _open(record: Record, hold: Hold | None, due: date, now: datetime) -> None:
    """Open one review, whose source is asked; each is an entry."""
    review = Review.objects.create(
        kind=Review.Kind.RECORD,
        reference=new_reference(),
        record=record,
        hold=hold,
        opened_at=now,
        due=due,
    )
    log_entry(
        "record_review_opened",
        by=None,
        at=now,
        reference=review.reference,
        record_reference=record.reference,
        due=due,
        hold=hold.reference if hold else "",
    )
    if hold is not None:
        consultations.ask(review, hold, now=now)
        log_entry(
            "source_asked",
            by=None,
            at=now,
            reference=hold.reference,
            record_reference=record.reference,
            review=review.reference,
        )


def conclude_record_review(
    review: Review,
    *,
    no_duplicate: bool,
    next_shown: date,
    by: User,
    now: datetime,
    saw: Found = SHIELDED,
) -> Review:
    """Conclude one six-monthly review; the next one is due as the page said.

    Where the member `saw` that the record is open, or not there, that is recorded and the review
    stays open.

    A source who has not answered by the day to act is recorded as *no answer*, which keeps the
    shield; before that day the review waits for them. It never opens a record: with no hold left
    the final unshield is a matter of its own. It tells no source: what they read comes from their
    own answer. Refuses anyone outside the IW Team, one concluded already (saying by whom), one
    without the check for duplicates, and a next date other than the one that was shown. Returns
    the review.
    """
    with transaction.atomic():
        record = locking.lock_for(review.record_id, by)
        review = Review.objects.select_for_update().get(pk=review.pk)
        if not record_policies.may_administer(by):
            raise NotAllowed()
        if review.concluded_at is not None:
            raise WrongState("already_concluded", policies.by_whom(review))
        silent = consultations.unanswered(review)
        if silent and not policies.may_do_without_answers(review, now):
            day = clock.act_by(review.due)
            raise WrongState(
                "answers_owed",
                f"{_NOT_YET} {day:%-d %B %Y} on {_WITHOUT}",
            )
        if not (no_duplicate or saw != SHIELDED) or next_shown != next_due(review, now):
            raise WrongState("check_incomplete", _CHANGED)
        checks.note_news(record, found=saw, by=by, now=now)
        if not saw.is_shielded:
            return review
        review.no_duplicate = saw == SHIELDED
        consultations.close(silent, answer="no_answer", by=by, now=now)
        _conclude(review, record, by=by, now=now)
    return review


def next_due(review: Review, now: datetime) -> date:
    """Return the next date if this six-monthly review is concluded now, as its page shows it."""
    return review_dates.following(review, now)


def _conclude(review: Review, record: Record, *, by: User, now: datetime) -> None:
    """Write the conclusion, and give each hold that it asks the day of its next review."""
    review.days_late = clock.days_late(review.due, now)
    review.concluded_at, review.concluded_by = now, by
    review.outcome, review.next_due = review_dates.outcome(review), next_due(review, now)
    review.save()
    for asked in review.consultations.filter(hold__released_at__isnull=True).select_related(
        "hold", "review"
    ):
        asked.hold.review_due = review_dates.after(asked)
        asked.hold.save(update_fields=["review_due"])
    if review.outcome == "nobody_asks":
        record.review_due = review.next_due
        record.save(update_fields=["review_due"])
    consultations.keep_earliest(record)
    log_entry(
        "record_review_concluded",
        by=by,
        at=now,
        reference=review.reference,
        record_reference=record.reference,
        outcome=review.outcome,
        days_late=review.days_late,
        next_due=review.next_due,
    )


def escalate_review(review: Review, *, by: User, now: datetime) -> None:
    """Call on the line managers of those who owe an answer: IW may escalate, never overrule.

    Refuses anyone outside the IW Team, and a review that is concluded or waits for nobody.
    """
    with transaction.atomic():
        locking.lock_for(review.record_id, by)
        if not record_policies.may_administer(by):
            raise NotAllowed()
        owing = consultations.unanswered(review)
        if not owing or Review.objects.get(pk=review.pk).concluded_at is not None:
            raise WrongState("nobody_owes", "Nobody owes an answer to this review.")
        for asked in owing:
            tell_of_change(asked.hold.reference, asked.hold.source, now=now)
        log_entry("review_escalated", by=by, at=now, reference=review.reference, owing=len(owing))
