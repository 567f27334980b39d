"""On which day a hold is reviewed next: for the IW Team that concludes, and as its source reads it.

Every day here is counted from the hold's own: no other source of the record moves it.
"""

from datetime import date, datetime

from django.db.models import Q

from shielding import clock
from shielding.records.models import Hold
from shielding.reviews.models import Consultation, Review
from shielding.reviews.review_codes import Answer

_STILL_NEEDED = Answer.STILL_NEEDED


def after(asked: Consultation) -> date:
    """Return when a hold's review after this one is due, by what its source answered in it."""
    day = None
    if asked.answer == _STILL_NEEDED and asked.answered_at is not None:
        day = clock.today(asked.answered_at)
    return clock.review_after(asked.review.due, day)


def following(review: Review, now: datetime) -> date:
    """Return what the next date is if a six-monthly review is concluded now.

    That of the hold it asks; of the record's other holds where this one was let go; and where
    nobody asks any more that of the record, counted from the earlier of the due day and today.
    """
    asked = review.consultations.filter(hold__released_at__isnull=True).select_related("review")
    own = [after(one) for one in asked]
    if own:
        return min(own)
    others = Hold.objects.standing().filter(record=review.record_id).earliest_review()
    if others is not None:
        return others
    waiting = Review.objects.open().of_records().filter(record=review.record_id)
    next_open = waiting.exclude(pk=review.pk).values_list("due", flat=True).first()
    return next_open or clock.next_review_due(min(review.due, clock.today(now)))


def outcome(review: Review) -> str:
    """Return what concluding a six-monthly review now says: whether somebody asks, and who."""
    standing = Hold.objects.standing().filter(record=review.record_id)
    if not standing.exists():
        return "nobody_asks"
    of_nobody = not review.consultations.exists()
    asks_still = standing.filter(consultations__review=review).exists()
    return "continues" if of_nobody or asks_still else "let_go"


def as_read(hold: Hold, now: datetime) -> date | None:
    """Return the day of the next six-monthly review as the hold's source reads it.

    It moves at their own answer, or on the morning after the due day, concluded or not: at the
    same minute whoever else asks, and whatever the IW Team is at.
    """
    asked = hold.consultations.six_monthly().select_related("review")
    last = asked.order_by("-review__due", "-id").first()
    if last is None:
        return hold.review_due
    if last.answer != _STILL_NEEDED and clock.today(now) <= last.review.due:
        return last.review.due
    moved_on = hold.review_due is not None and hold.review_due > last.review.due
    return hold.review_due if moved_on else after(last)


def had_one(hold: Hold, now: datetime) -> bool:
    """Return whether the source answered a six-monthly review, or the due day of one has passed."""
    passed = Q(answer=_STILL_NEEDED) | Q(review__due__lt=clock.today(now))
    return hold.consultations.six_monthly().filter(passed).exists()
