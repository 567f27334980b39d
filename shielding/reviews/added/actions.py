"""A review between the regular ones is asked for, because something changed. Process document,
step 7.

By the source of a hold, their line manager or the IW Team. It is of that one hold, on the ladder of
a first review, and moves no other date.
"""

import logging
from datetime import datetime

from django.db import OperationalError, transaction

from logbook.references import new_reference
from logbook.writing import log_entry
from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.records import locking
from shielding.records.models import Hold, Record
from shielding.reviews import consultations, policies
from shielding.reviews.models import Review
from shielding.reviews.review_codes import Reason
from shielding.web.refusals import NotAllowed, WrongState

logger = logging.getLogger(__name__)
ENDED = "This request no longer asks for a shield."
ALREADY = (
    "A review of this request is open already. If the child could be found, phone the IW Team."
)


def ask_for_review(hold: Hold, *, reason: str, by: User, now: datetime) -> Review:
    """Ask for a review of a standing hold, due in seven days, for a coded reason.

    Its source is asked at once. Two sources of one record whom the IW Team has asked hear of it a
    working day apart; if the second, or their manager, asks for it while it waits for that day, it
    begins at once, for their reason: who asks must not read from a wait that somebody else asks for
    the record. The reason is for the IW Team and auditors alone.

    Refuses anyone but the source, their line manager or who stands in, and the IW Team; a hold that
    was let go; a reason that is none of the list; and where one of this hold is open. Returns the
    review.
    """
    with transaction.atomic():
        record = locking.lock_for(hold.record_id, by)
        hold = Hold.objects.select_for_update().get(pk=hold.pk)
        if not policies.may_ask_for_review(by, hold, now):
            raise NotAllowed()
        if not hold.is_standing:
            raise WrongState("already_released", ENDED)
        if reason not in Reason.values:
            raise WrongState("no_reason", "Say why a review is asked for.")
        review, is_asked = policies.added_review_of(hold), policies.is_asked(hold)
        if is_asked or (by.is_iw and review is not None):
            raise WrongState("already_open", ALREADY)
        review = review or Review(
            kind=Review.Kind.ADDED, reference=new_reference(), record=record, hold=hold
        )
        begins = policies.begins_at(by, hold, now)
        review.opened_at, review.due = begins, clock.first_review_due(begins)
        review.reason, review.asked_for_at, review.asked_for_by = reason, now, by
        review.save()
        log_entry(
            "review_asked_for",
            by=by,
            at=now,
            reference=review.reference,
            record_reference=record.reference,
            hold=hold.reference,
            reason=reason,
            due=review.due,
            asks_from=clock.today(begins),
        )
        if begins <= now:
            _ask_its_source(review, hold, record, now)
    return review


def begin_reviews(now: datetime) -> None:
    """Ask the sources of the added reviews whose day has come, each in a transaction of its own.

    One whose record is busy keeps no other from it, and is next time's. Nobody's act but the
    clock's.
    """
    for review in Review.objects.to_begin(now):
        try:
            begin_review(review, now=now)
        except OperationalError as error:
            logger.warning("Review %s not begun: %s", review.reference, type(error).__name__)


def begin_review(review: Review, *, now: datetime) -> None:
    """Ask the source of an added review that waited for its day; once, however often it runs."""
    with transaction.atomic():
        record = locking.lock_known_record(review.record_id)
        if Review.objects.to_begin(now).filter(pk=review.pk).exists():
            hold = Hold.objects.get(pk=filled(review.hold_id))
            _ask_its_source(Review.objects.get(pk=review.pk), hold, record, now)


def _ask_its_source(review: Review, hold: Hold, record: Record, now: datetime) -> None:
    consultations.ask(review, hold, now=now)
    log_entry(
        "source_asked",
        by=None,
        at=now,
        reference=hold.reference,
        record_reference=record.reference,
        review=review.reference,
    )
