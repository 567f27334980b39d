"""Who may conclude a review, and when it is near."""

from datetime import date, datetime

from shielding import clock
from shielding.reviews.models import Review
from shielding.reviews.reminder_days import six_monthly_opens


def review_is_near(due: date | None, now: datetime) -> bool:
    """Return whether a six-monthly review due that day is to be open by now."""
    return due is not None and six_monthly_opens(due) <= clock.today(now)


def may_do_without_answers(review: Review, now: datetime) -> bool:
    """Return whether silence may be recorded: from the day to act on, not before."""
    return clock.today(now) >= clock.act_by(review.due)
