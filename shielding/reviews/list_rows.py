"""The columns of the lists of reviews, and of a team's overdue ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding import clock
from shielding.accounts.telling_apart import person_cell
from shielding.filled import filled
from shielding.records.grounds import GROUND
from shielding.records.models import Hold
from shielding.records.presenters import page_of_hold, record_tag
from shielding.reviews.models import Consultation, Owed, Review
from shielding.reviews.presenters import deadline_of
from shielding.web.cells import (
    Cell,
    Due,
    Rows,
    Tag,
    Text,
    When,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

LIST_HEADS = ("Review", "Due", "Act by", "Answers owed", "Record", "State")
REVIEW_OUTCOMES = {
    "continues": "Still asked for",
    "nobody_asks": "Nobody asked any more",
    "let_go": "No longer asked",
    "considered": "Considered, not shielded",
    "never_applied": "Never attested as shielded",
}
REVIEW_HEADS = ("Review", "Kind", "Due", "Outcome", "Concluded")
ASKING_HEADS = ("Request", "Practitioner", "Service", "Ground")
STAFF_OVERDUE_HEADS = ("Who", "Request", "Answer due")


def list_rows(reviews: "Iterable[WithAnnotations[Review, Owed]]", now: datetime) -> Rows:
    """Return reviews that have a page, and come with `owed`; the reference leads to it."""
    return [
        [
            _link(review.reference, "review_detail"),
            Due(deadline_of(review, now)),
            _act_by_cell(review),
            str(review.owed) if review.owed else "None",
            _link(review.record.reference, "record_detail"),
            record_tag(review.record),
        ]
        for review in reviews
    ]


def _act_by_cell(review: Review) -> Cell:
    act_by = clock.act_by(review.due)
    return When(act_by, date_only=True) if act_by != review.due else "The due day"


def _link(reference: str, page: str) -> Text:
    return Text(reference, url=reverse(page, args=[reference]), code=True)


def asking_rows(holds: Iterable[Hold]) -> Rows:
    """Return the requests that stand for a record, as the second of two reads them."""
    return [
        [
            Text(hold.reference, url=page_of_hold(hold), code=True),
            person_cell(hold.source),
            hold.service_to_phone.name,
            GROUND[hold.ground].label,
        ]
        for hold in holds
    ]


def staff_overdue_rows(owed: Iterable[Consultation], now: datetime) -> Rows:
    """Return a row for each: the person's name, the reference, by when."""
    return [
        [
            filled(one.hold.source).name,
            Text(one.hold.reference, code=True),
            Due(deadline_of(one.review, now)),
        ]
        for one in owed
    ]


def review_rows(reviews: Iterable[Review], now: datetime) -> Rows:
    """Return a record's reviews; one that is open says what its due date means today."""
    return [
        [
            _review_link(review),
            _kind(review),
            _due(review, now),
            _outcome(review),
            When(review.concluded_at) if review.concluded_at else "",
        ]
        for review in reviews
    ]


def _kind(review: Review) -> str:
    """Return what a review is; of one that has a reference of its own also which request it is
    about, and why it was added.
    """
    of = review.hold if review.kind != Review.Kind.REQUEST else None
    kind: str = review.get_kind_display()
    words = f"{kind} of {of.reference}" if of else kind
    return f"{words}: {review.get_reason_display()}" if review.reason else words


def _review_link(review: Review) -> Text:
    """Return a review's reference, leading to its page: a first one has one once it is agreed."""
    if review.kind != Review.Kind.REQUEST or (review.hold and review.hold.agreed_at):
        return _link(review.reference, "review_detail")
    return Text(review.reference, code=True)


def _outcome(review: Review) -> Cell:
    if not review.outcome:
        return Tag("Open", "blue")
    plain = review.outcome.replace("_", " ").capitalize()
    return REVIEW_OUTCOMES.get(review.outcome, plain)


def _due(review: Review, now: datetime) -> Cell:
    if review.concluded_at is not None:
        return When(review.due, date_only=True)
    return Due(deadline_of(review, now))
