"""How a review's due day is marked in lists and on pages: late, soon, or neither."""

from datetime import datetime

from shielding import clock
from shielding.reviews.models import Review
from shielding.web.deadlines import SOON_FIRST_REVIEW, SOON_SIX_MONTHS, Deadline, deadline


def deadline_of(review: Review, now: datetime) -> Deadline:
    """Return a review's due day as seen now; a six-monthly one is soon much earlier."""
    soon = SOON_SIX_MONTHS if review.kind == Review.Kind.RECORD else SOON_FIRST_REVIEW
    return deadline(review.due, clock.today(now), soon=soon)
