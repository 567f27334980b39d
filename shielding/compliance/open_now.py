"""What is open now, by kind and age, and how much of it is late."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from shielding import clock, hooks
from shielding.hooks import OpenNow
from shielding.notices.models import Notice
from shielding.reviews.models import Consultation, Review

_WEEK, _FOUR_WEEKS = timedelta(days=7), timedelta(days=28)
HEADS = ("What", "Up to 7 days", "8 to 28 days", "Longer", "All", "Of them late")


@dataclass(frozen=True)
class Ages:
    """How many of one kind are open, by how long they have been, and how many are late."""

    kind: str
    week: int
    four_weeks: int
    longer: int
    late: int

    @property
    def all(self) -> int:
        return self.week + self.four_weeks + self.longer

    @property
    def cells(self) -> list[str]:
        counts = (self.week, self.four_weeks, self.longer, self.all, self.late)
        return [self.kind, *map(str, counts)]


def open_now(now: datetime) -> list[Ages]:
    """Return every kind of thing that is open, by one query each, whoever looks."""
    asked: tuple[Callable[[datetime], list[OpenNow]], ...] = (*hooks.open_now, _of_the_core)
    return [_ages(kind, now) for kinds in asked for kind in kinds(now)]


def _ages(kind: OpenNow, now: datetime) -> Ages:
    since = f"{kind.since}__gt"
    week, month = Q(**{since: now - _WEEK}), Q(**{since: now - _FOUR_WEEKS})
    counts = kind.things.order_by().aggregate(
        week=Count("pk", filter=week),
        four_weeks=Count("pk", filter=month & ~week),
        longer=Count("pk", filter=~month),
        late=Count("pk", filter=kind.late),
    )
    return Ages(kind.kind, **counts)


def _of_the_core(now: datetime) -> list[OpenNow]:
    """Return the reviews that are open, the answers that are owed, and the mail that was lost."""
    reviews, late = Review.objects.open(), Q(due__lt=clock.today(now))
    lost = Notice.objects.undelivered(now)
    first = reviews.filter(kind=Review.Kind.REQUEST)
    owed = Consultation.objects.owed()
    overdue = Q(review__due__lt=clock.today(now))
    return [
        OpenNow("First reviews", first, "opened_at", late),
        OpenNow("Six-monthly reviews", reviews.of_records(), "opened_at", late),
        OpenNow("Added reviews", reviews.added(), "opened_at", late),
        OpenNow("Answers that practitioners owe", owed, "asked_at", overdue),
        OpenNow("Mail that could not be delivered", lost, "due_at", Q(pk__isnull=False)),
    ]
