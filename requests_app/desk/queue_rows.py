"""What a row of the desk's lists shows: the columns in their order, with their headings."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from requests_app import state_colours, states, time_limits
from requests_app.desk.lists import Tab
from requests_app.models import Crowded
from shielding import clock
from shielding.accounts.models import User
from shielding.accounts.telling_apart import person_cell
from shielding.duty.taken import Work
from shielding.records.grounds import GROUND
from shielding.records.presenters import CHECK_NOW, ended_words, waiting_tag
from shielding.records.states import SHIELDED, TO_SHIELD
from shielding.web.cells import Cell, Due, Heads, Rows, Tag, Text, sort_head, waiting_words
from shielding.web.deadlines import deadline

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

CROWDED_HEADS = ("Practitioner", "Service", "Undecided requests")
_HEADS = (
    ("Request", ""),
    ("First review", "due"),
    ("", "submitted"),
    ("Ground", "ground"),
    ("Service", "service"),
    ("State", ""),
)
# All that a row of the queue shows; whole rows would bring 25 encrypted numbers along.
COLUMNS = (
    "reference",
    "state",
    "ground",
    "submitted_at",
    "logged_at",
    "disowned_at",
    "hold_id",
    "hold__applied_at",
    "hold__released_at",
    "hold__released_how",
    "hold__placed_at",
    "other_reason_since",
    "review__due",
    "review__concluded_at",
    "service__name",
    "record__reference",
    "record__state",
    "record__applied_at",
    "record__waiting_since",
)
# Stands for any reference in an address that is then made for each row.
_ANY = "IW-2222-2222"


def heads(tab: Tab, address: str, sort: str) -> Heads:
    """Return the queue's headings; those it can be sorted by lead to it so sorted."""
    waits = _WAITS_FOR.get(tab.code, ("Shield", _shield))[0]
    return [
        sort_head(words or waits, key, address, sort) if key else words for words, key in _HEADS
    ]


def work_of(row: Mapping[str, Any]) -> Work:
    """Return a row of COLUMNS as work that somebody may have taken."""
    return Work(
        row["reference"],
        row["record__reference"] or "",
        row["record__waiting_since"],
        to_shield=bool(row["hold_id"])
        and row["hold__released_at"] is None
        and row["hold__applied_at"] is None,
    )


def rows(
    requests: Iterable[Mapping[str, Any]], tab: Tab, now: datetime, *, has: Mapping[str, str]
) -> Rows:
    """Return the queue's rows from COLUMNS; the reference leads to the request.

    Where its record is to be checked now, that stands below the reference, and so does who said
    that they have it: `has`, in words by reference.
    """
    address = reverse("desk_request", args=[_ANY])
    second = _WAITS_FOR.get(tab.code, ("Shield", _shield))[1]
    return [
        [
            Text(
                row["reference"],
                url=address.replace(_ANY, row["reference"]),
                code=True,
                beside=has.get(row["reference"], ""),
                note=CHECK_NOW if _is_to_check_now(row) else "",
            ),
            due_cell(row["review__due"], row["review__concluded_at"], now),
            second(row, now),
            GROUND[row["ground"]].label,
            row["service__name"],
            state_of(row["state"], row["hold__released_how"]),
        ]
        for row in requests
    ]


def due_cell(due: date | None, concluded_at: datetime | None, now: datetime) -> Text | Due:
    """Return by when a first review is due, or that it is concluded, or that there is none."""
    if due is None:
        return Text("None: taken over")
    if concluded_at is not None:
        return Text("Concluded")
    return Due(deadline(due, clock.today(now)))


def state_of(state: str, ended: str | None) -> Tag:
    """Return the state as a tag; a request that `ended`, and how, says that first, and one that
    stands again.
    """
    if ended and state != states.NOT_AGREED:
        return Tag(ended_words(ended), "grey")
    if not ended and state == states.NOT_AGREED:
        return Tag("Not agreed, and stands again", "orange")
    return Tag(states.LABELS[state], state_colours.FOR_IW_TEAM[state])


def _shield(row: Mapping[str, Any], now: datetime) -> Cell:
    """Return whether the record is shielded for this request, and else for how long it waits."""
    if row["hold_id"] is None:
        return Text("Not asked for")
    if row["hold__applied_at"] is not None:
        return Text("Applied")
    if row["hold__released_at"] is not None:
        return Text("Not applied when it ended")
    if row["record__state"] == SHIELDED:  # for another request: this one is to be looked at too
        return Tag("To attest", "yellow")
    since = _waits_since(row)
    said = f"Waiting {waiting_words(since, now).lower()}"
    return waiting_tag(since, now, check_now=_is_to_check_now(row), said=said)


def _is_to_check_now(row: Mapping[str, Any]) -> bool:
    """Whether this row is one of those that models.CHECK_NOW puts before the others."""
    waits = row["hold_id"] is not None and row["hold__released_at"] is None
    was_applied = row["record__applied_at"] is not None
    return (
        waits
        and row["hold__applied_at"] is None
        and row["record__state"] == TO_SHIELD
        and was_applied
    )


def _confirmation(row: Mapping[str, Any], now: datetime) -> Cell:
    if row["disowned_at"] is not None:
        return Tag("They say it was not them", "red")
    by = time_limits.confirm_by(row["logged_at"])
    return Due(deadline(by, clock.today(now)))


def _phone_by(row: Mapping[str, Any], now: datetime) -> Cell:
    by = time_limits.phone_by(row["other_reason_since"] or row["hold__placed_at"])
    return Due(deadline(by, clock.today(now)))


def _waits_since(row: Mapping[str, Any]) -> datetime:
    """Return since when it waits: its hold was placed, or its record waits again."""
    placed_at: datetime = row["hold__placed_at"]
    return max(placed_at, row["record__waiting_since"] or placed_at)


def crowded_rows(people: "Iterable[WithAnnotations[User, Crowded]]") -> Rows:
    """Return who waits for many decisions at once as rows under CROWDED_HEADS."""
    return [
        [
            person_cell(person, reverse("person", args=[person.uid])),
            person.service.name if person.service else "",
            str(person.asked),
        ]
        for person in people
    ]


# What a tab's list shows instead of the shield: its heading, and each row's cell.
_WAITS_FOR: dict[str, tuple[str, Callable[[Mapping[str, Any], datetime], Cell]]] = {
    "phoned": ("Confirmation", _confirmation),
    "to_phone": ("Phone by", _phone_by),
}
