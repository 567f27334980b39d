"""Who may conclude a review, and from when on; and when one is near."""

from datetime import date, datetime

from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.records.policies import may_administer
from shielding.reviews.models import Review
from shielding.reviews.reminder_days import silent_from, six_monthly_opens


def review_is_near(due: date | None, now: datetime) -> bool:
    """Return whether a six-monthly review due that day is to be open by now."""
    return due is not None and six_monthly_opens(due) <= clock.today(now)


def may_do_without_answers(review: Review, now: datetime) -> bool:
    """Return whether silence may be recorded: from the day to act on, not before."""
    return clock.today(now) >= clock.act_by(review.due)


def may_conclude_first(user: User, review: Review) -> bool:
    """Return whether the member may conclude a request's first review: who agreed it may, who asked
    or logged the call may not.
    """
    hold = filled(review.hold)
    return may_administer(user) and user.pk not in (hold.source_id, hold.placed_by_id)


def may_end_first_review(review: Review, now: datetime) -> bool:
    """Return whether an agreed request's first review waits for nobody any more."""
    return Review.objects.to_conclude(now).filter(pk=review.pk).exists()


def first_review_ends_from(review: Review) -> date:
    """Return from which day on an agreed request's first review waits for no answer."""
    asked = review.consultations.order_by("id").get()
    return silent_from(asked.first_mail_on, review.due)
