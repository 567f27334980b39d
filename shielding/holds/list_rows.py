"""The columns of the lists of hand-overs, of suspensions that are said to be wrong, and of what is
done by phone: answers to get, and releases to confirm.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.suspensions import Suspension
from shielding.holds import policies
from shielding.holds.models import HandOver
from shielding.records import letting_go_to_attest
from shielding.records.grounds import GROUND
from shielding.records.letting_go_to_attest import Owing
from shielding.records.models import Hold
from shielding.reviews.models import Consultation
from shielding.reviews.presenters import deadline_of, whom_to_ask
from shielding.web import cells
from shielding.web.cells import Due, Row, Rows, Tag, Text, When, done, who

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

HAND_OVER_HEADS = ("Hand-over", "From", "To", "Proposed", "State")
ANSWER_HEADS = ("Request", "Review due", "Whom to ask", "Service", "Ground", "Since")
RELEASE_HEADS = ("Request", "Practitioner", "Service", "Let go", "Why", "Record")
SUSPENSION_HEADS = ("Suspension", "Person", "Suspended", "Said to be wrong")


def hand_over_rows(hand_overs: Iterable[HandOver]) -> Rows:
    """Return the list of hand-overs that wait for somebody."""
    listed = list(hand_overs)
    void = policies.all_void(listed)
    return [_row(hand_over, is_void=hand_over.pk in void) for hand_over in listed]


def _row(hand_over: HandOver, *, is_void: bool) -> Row:
    address = reverse("hand_over", args=[hand_over.reference])
    return [
        Text(hand_over.reference, url=address, code=True),
        hand_over.person.name,
        hand_over.to.name,
        cells.moment(hand_over.proposed_at, hand_over.proposed_by),
        _state(hand_over, is_void=is_void),
    ]


def _state(hand_over: HandOver, *, is_void: bool) -> Tag:
    if hand_over.is_disputed:
        return Tag("Said to be wrong", "red")
    if is_void:
        return Tag("To propose anew", "red")
    return Tag("To confirm", "yellow")


def suspension_rows(suspensions: Iterable[Suspension]) -> Rows:
    """Return the list of suspensions that are said to be wrong."""
    return [
        [
            Text(one.reference, url=reverse("suspension", args=[one.reference]), code=True),
            one.person.name,
            cells.moment(one.suspended_at, one.suspended_by),
            cells.moment(one.disputed_at, one.disputed_by) if one.disputed_at else "",
        ]
        for one in suspensions
    ]


def answer_rows(owed: Iterable[Consultation], now: datetime) -> Rows:
    """Return the answers nobody is reminded of; the reference leads to where one is recorded."""
    return [
        [
            Text(
                asked.hold.reference,
                url=reverse("hold_answer", args=[asked.hold.reference]),
                code=True,
            ),
            Due(deadline_of(asked.review, now)),
            whom_to_ask(asked.hold),
            asked.hold.service.name,
            GROUND[asked.hold.ground].label,
            When(asked.hold.placed_at, date_only=True),
        ]
        for asked in owed
    ]


def release_rows(holds: "Iterable[WithAnnotations[Hold, Owing]]") -> Rows:
    """Return the table of releases that wait for a call; they come with `word_owed`."""
    return [
        [
            Text(hold.reference, url=reverse("hold_attest", args=[hold.reference]), code=True),
            who(hold.source),
            hold.service.name,
            done(hold.released_at, hold.released_by),
            letting_go_to_attest.WHY[hold.word_owed],
            Text(
                hold.record.reference,
                url=reverse("record_detail", args=[hold.record.reference]),
                code=True,
            ),
        ]
        for hold in holds
    ]
