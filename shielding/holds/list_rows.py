"""The columns of the lists of hand-overs, and of suspensions that are said to be wrong."""

from collections.abc import Iterable

from django.urls import reverse

from shielding.accounts.suspensions import Suspension
from shielding.holds import policies
from shielding.holds.models import HandOver
from shielding.web import cells
from shielding.web.cells import Row, Rows, Tag, Text

HAND_OVER_HEADS = ("Hand-over", "From", "To", "Proposed", "State")
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
