"""The columns of the list of hand-overs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from shielding.accounts.telling_apart import person_cell
from shielding.holds.hand_over import policies
from shielding.holds.hand_over.models import HandOver
from shielding.web import cells
from shielding.web.cells import Row, Rows, Tag, Text

if TYPE_CHECKING:
    pass

HAND_OVER_HEADS = ("Hand-over", "From", "To", "Proposed", "State")


def hand_over_rows(hand_overs: Iterable[HandOver]) -> Rows:
    """Return the list of hand-overs that wait for somebody."""
    listed = list(hand_overs)
    void = policies.all_void(listed)
    return [_row(hand_over, is_void=hand_over.pk in void) for hand_over in listed]


def _row(hand_over: HandOver, *, is_void: bool) -> Row:
    address = reverse("hand_over", args=[hand_over.reference])
    return [
        Text(hand_over.reference, url=address, code=True, note=_how_much(hand_over)),
        person_cell(hand_over.person),
        person_cell(hand_over.to),
        cells.moment(hand_over.proposed_at, hand_over.proposed_by),
        _state(hand_over, is_void=is_void),
    ]


def _how_much(hand_over: HandOver) -> str:
    return "All that they have" if hand_over.only_id is None else "One request only"


def _state(hand_over: HandOver, *, is_void: bool) -> Tag:
    if hand_over.is_disputed:
        return Tag("Said to be wrong", "red")
    if is_void:
        return Tag("To propose again", "red")
    return Tag("To confirm", "yellow")
