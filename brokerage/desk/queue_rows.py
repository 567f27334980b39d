"""What a row of the brokerage desk's lists shows: its columns in order, with their headings."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from brokerage import access_request_codes as codes
from brokerage import states
from brokerage.desk.lists import Tab
from brokerage.desk.state_colours import COLOURS
from brokerage.time_limits import CALL_READ_WITHIN
from shielding import clock
from shielding.web.cells import Cell, Heads, Rows, Tag, Text, When, sort_head, waiting_words

# What a row says in place of its state, in red: the first that is so.
MARKS = {
    "nobody_agrees": "Nobody can agree",
    "no_lead": "No IW lead can decide",
    "source_objects": "A practitioner objects",
    "source_unheard": "A practitioner was not asked",
    "another_stopped": "Another was stopped",
    "no_contact_since": "No contact, the lead says",
    "nobody_offers": "The practitioner has gone",
    "requester_suspended": "Requester suspended",
}
# All that a row of the lists shows.
COLUMNS = (
    "reference",
    "state",
    "purpose",
    "submitted_at",
    "manager_decided_at",
    "logged_at",
    "granted_until",
    "concluded_at",
    "publish_at",
    *MARKS,
)
# Stands for any reference in an address that is then made for each row.
_ANY = "IW-2222-2222"


def heads(tab: Tab, address: str, sort: str) -> Heads:
    """Return the list's headings; those it can be sorted by lead to it so sorted."""
    since = sort_head(tab.since_words, "since", address, sort)
    purpose = sort_head("Purpose", "purpose", address, sort)
    sent = [] if tab.code == "all" else [sort_head("Sent", "sent", address, sort)]
    return ["Access request", purpose, *sent, since, "State"]


def rows(
    requests: Iterable[Mapping[str, Any]], tab: Tab, now: datetime, *, has: Mapping[str, str]
) -> Rows:
    """Return the list's rows from COLUMNS; the reference leads to the access request.

    Below it stands who said that they have it: `has`, in words by reference.
    """
    address = reverse("brokerage_request", args=[_ANY])
    return [
        [
            Text(
                row["reference"],
                url=address.replace(_ANY, row["reference"]),
                code=True,
                beside=has.get(row["reference"], ""),
            ),
            codes.Purpose(row["purpose"]).label,
            When(row["submitted_at"], date_only=True),
            *([] if tab.code == "all" else [_since(row, tab, now)]),
            _state(row),
        ]
        for row in requests
    ]


def _since(row: Mapping[str, Any], tab: Tab, now: datetime) -> Cell:
    at = row[tab.since]
    if tab.since == "granted_until":
        return When(at, date_only=True)
    if tab.code == "to_read":
        words = waiting_words(at, now)
        return Tag(words, "red") if now - at >= CALL_READ_WITHIN else words
    return waited(at, now)


def waited(since: datetime, now: datetime) -> str:
    """Return for how many days something has waited, in words."""
    days = (clock.today(now) - clock.today(since)).days
    return {0: "Since today", 1: "1 day"}.get(days, f"{days:,} days")


def _state(row: Mapping[str, Any]) -> Tag:
    for mark, words in MARKS.items():
        if row[mark]:
            return Tag(words, "red")
    return Tag(states.LABELS[row["state"]], COLOURS[row["state"]])
