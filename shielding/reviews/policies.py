"""Who may conclude a review, and when it is near."""

from datetime import datetime

from shielding import clock
from shielding.records import states
from shielding.records.models import Record
from shielding.reviews.models import Review


def review_is_near(record: Record, now: datetime) -> bool:
    """Return whether the six-monthly review of a record is to be open by now."""
    due = record.review_due
    return (
        record.state not in states.OPEN_TO_ALL
        and due is not None
        and clock.review_opens(due) <= clock.today(now)
    )


def may_do_without_answers(review: Review, now: datetime) -> bool:
    """Return whether silence may be recorded: from the day to act on, not before."""
    return clock.today(now) >= clock.act_by(review.due)
