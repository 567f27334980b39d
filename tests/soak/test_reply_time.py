"""Whether the time of a reply tells a practitioner if a record is known and shielded.

Of the reply to a request to shield, and to an access request.

The question is put as an attacker would: of one reply for a shielded record and one for an
unknown number, how often is the slower one the shielded one? Half the time, if it tells nothing.
"""

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokerage.answers import DECLARATIONS
from logbook.references import new_reference
from shielding import actions, locking
from shielding.accounts.models import User
from tests.brokerage.cast import a_draft as an_access_draft
from tests.people import a_practitioner, an_iw_member
from tests.requests import a_number, a_written_draft

pytestmark = pytest.mark.django_db(transaction=True)
# Nobody may have more than forty drafts at once.
DRAFTS_EACH = 36


@dataclass(frozen=True)
class Sending:
    """One kind of request: how a person has a draft of it, and how it is sent."""

    what: str
    draft: Callable[[User, str], Any]
    page: str
    declared: dict[str, Any]


TO_SHIELD = Sending(
    "requests",
    lambda person, number: a_written_draft(person, number=number, now=timezone.now()),
    "request_check",
    {"no_case_information": "on", "reason_to_ask": "on"},
)
FOR_ACCESS = Sending(
    "access requests",
    lambda person, number: an_access_draft(
        person, number=number, now=timezone.now(), needed_until=timezone.localdate()
    ),
    "access_check",
    {"declared": list(DECLARATIONS)},
)


@pytest.mark.parametrize("sending", [TO_SHIELD, FOR_ACCESS], ids=lambda sending: sending.page)
@pytest.mark.parametrize("times", [10, pytest.param(3_000, marks=pytest.mark.soak)])
def test_the_time_of_a_reply_tells_nothing_of_the_record(times, sending, capsys):
    taken = reply_times(times, sending)
    assert (len(taken["shielded"]), len(taken["unknown"])) == (times, times)
    if times < 1_000:
        return  # a walk through the measurement: timed only at full count
    auc = slower_how_often(taken["shielded"], taken["unknown"])
    # The measure itself can tell: half a millisecond more is found.
    later = [reply + 0.0005 for reply in taken["unknown"]]
    with capsys.disabled():
        print(  # noqa: T201 - the figures are the result
            f"\nReplies to 2 × {times} {sending.what} sent: for a shielded record slower than for"
            f" an unknown one in {auc:.3f} of the pairs (0.5 tells nothing; medians"
            f" {median(taken['shielded']):.2f} and {median(taken['unknown']):.2f} ms);"
            f" half a millisecond would show as {slower_how_often(later, taken['unknown']):.3f}"
        )
    assert 0.45 <= auc <= 0.55


def reply_times(times: int, sending: Sending) -> dict[str, list[float]]:
    """Send as many requests for shielded records as for unknown numbers, in a random order."""
    senders = [a_sender() for _ in range(2 * times // DRAFTS_EACH + 1)]
    source, member = a_practitioner(), an_iw_member()
    kinds = ["shielded", "unknown"] * times
    random.Random(7).shuffle(kinds)
    waiting = []
    for kind, (person, client) in zip(kinds, cycle(senders), strict=False):
        number = a_number()
        if kind == "shielded":
            shield(number, source=source, member=member)
        waiting.append((kind, client, sending.draft(person, number)))
    taken: dict[str, list[float]] = {"shielded": [], "unknown": []}
    for _, client in senders:
        client.get(reverse("home"))  # templates, sessions and plans are warm
    for kind, client, draft in waiting:
        where = reverse(sending.page, args=[draft.reference])
        begun = time.perf_counter()
        reply = client.post(where, sending.declared)
        taken[kind].append(time.perf_counter() - begun)
        assert reply.status_code == 302, "it was not sent"
    return taken


def a_sender() -> tuple[User, Client]:
    person = a_practitioner(manager=a_practitioner())
    client = Client()
    client.force_login(person)
    return person, client


def shield(number: str, *, source: User, member: User) -> None:
    """Have another practitioner's hold on this number, attested as applied."""
    now = timezone.now()
    with transaction.atomic():
        hold = actions.place_hold(
            locking.lock_record(number),
            source=actions.Source(source, source.service),
            reference=new_reference(),
            ground="abuse",
            by=source,
            now=now,
        )
    today = timezone.localdate(now)
    actions.attest_applied(hold, checked_on=today, no_duplicate=True, by=member, now=now)


def median(times: list[float]) -> float:
    return sorted(times)[len(times) // 2] * 1_000


def slower_how_often(ones: list[float], others: list[float]) -> float:
    """Return in which share of all pairs the one took longer than the other, ties as half."""
    ordered = sorted(others)
    won = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in ones)
    return won / 2 / len(ones) / len(others)
