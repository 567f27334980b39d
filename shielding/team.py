"""What a line manager sees of their team's reviews: who owes an answer, on which request, by when.

Nothing else: no ground, no service, no record.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from shielding import clock
from shielding.accounts.models import User
from shielding.deadlines import SOON_FIRST_REVIEW, SOON_SIX_MONTHS, deadline
from shielding.models import Consultation, ConsultationQuerySet, Review

HEADS = ("Who", "Request", "Answer due")


def owing(manager: User) -> ConsultationQuerySet:
    """Return the answers the manager's staff owe, one for each request, the overdue first."""
    of_team = Consultation.objects.owed().of_team(manager).one_per_hold()
    return of_team.select_related("review", "hold__source")


def overdue(manager: User, now: datetime) -> ConsultationQuerySet:
    """Return those of them whose due day has passed."""
    return owing(manager).filter(review__due__lt=clock.today(now))


def rows(owed: Iterable[Consultation], today: date) -> list[list[Any]]:
    """Return a row for each: the person's name, the reference, by when."""
    return [
        [
            one.hold.source.name,
            {"text": one.hold.reference, "code": True},
            {"due": deadline(one.review.due, today, soon=_soon(one.review))},
        ]
        for one in owed
    ]


def _soon(review: Review) -> int:
    return SOON_SIX_MONTHS if review.kind == Review.Kind.RECORD else SOON_FIRST_REVIEW
