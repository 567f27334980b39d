"""Whether the time of a reply tells a practitioner if a record is known and shielded.

Of every reply that a requester, or the manager who agrees, can time.

The question is put as an attacker would: of one reply for a shielded record and one for an
unknown number, how often is the slower one the shielded one? Half the time, if it tells nothing.
"""

import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import cycle
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brokerage.questions import DECLARATIONS
from logbook.references import new_reference
from shielding.accounts.models import User
from shielding.holds import actions
from shielding.records import locking
from tests.brokerage.support.cast import a_draft as an_access_draft
from tests.requests_app.support.posts import again_post, posts, sheet_post
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_number, a_request, a_written_draft

pytestmark = pytest.mark.django_db(transaction=True)
# Nobody may have more than forty drafts at once.
DRAFTS_EACH = 36
# Seconds more that the measure has to notice, or it was taken on too busy a machine.
MUST_BE_SEEN = 0.001
# Four standard errors of 2 × 3,000 replies that tell nothing; 0.05 was promised.
BY_CHANCE = 0.03


# What is posted about a request, and the number that is asked about.
Posted = Callable[[Any, str], dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """One request of HTTP that a requester or their manager can time."""

    what: str
    page: str
    data: dict[str, Any] | Posted | None = None
    by_manager: bool = False
    # Of the address, after the reference.
    more: tuple[str, ...] = ()

    def prepared(
        self, clients: dict[bool, Client], about: Any, number: str
    ) -> Callable[[], HttpResponse]:
        """Return the call, with nothing left to do but to make it."""
        client, where = (
            clients[self.by_manager],
            reverse(self.page, args=[about.reference, *self.more]),
        )
        if self.data is None:
            return partial(client.get, where)
        data = self.data(about, number) if callable(self.data) else self.data
        about.refresh_from_db()
        return partial(client.post, where, data | {"seen": about.changed_at.isoformat()})


@dataclass(frozen=True)
class Kind:
    """One kind of request: what a person has of it, and what is timed about it, in order."""

    begun: Callable[[User, str], Any]
    calls: tuple[Call, ...]


TO_SHIELD = Kind(
    lambda person, _number: a_written_draft(person, now=timezone.now()),
    (
        Call(
            "saving its number",
            "request_page",
            lambda about, number: sheet_post(about, "record", posts(number=number)),
            more=("record",),
        ),
        Call("sending it", "request_check", {"reason_to_ask": "on"}),
        Call("reading it", "request_detail"),
    ),
)
OF_ANOTHER_CHILD = Kind(
    lambda person, _number: a_request(person, now=timezone.now()),
    (
        Call(
            "sending it for another child",
            "request_again",
            lambda about, number: again_post(about, number=number),
        ),
    ),
)
FOR_ACCESS = Kind(
    lambda person, number: an_access_draft(
        person, number=number, now=timezone.now(), needed_until=timezone.localdate() + timedelta(30)
    ),
    (
        Call("sending it", "access_check", {"declared": list(DECLARATIONS)}),
        Call("reading it", "access_detail"),
        Call("the manager reading it", "access_approval", by_manager=True),
        Call("the manager agreeing", "access_agree", {}, by_manager=True),
        Call("reading it agreed", "access_detail"),
    ),
)


KINDS = {
    "to_shield": TO_SHIELD,
    "of_another_child": OF_ANOTHER_CHILD,
    "for_access": FOR_ACCESS,
}


@pytest.mark.parametrize("kind", list(KINDS.values()), ids=list(KINDS))
@pytest.mark.parametrize("times", [10, pytest.param(3_000, marks=pytest.mark.soak)])
def test_the_time_of_a_reply_tells_nothing_of_the_record(times, kind, capsys):
    told = []
    for call, taken in zip(kind.calls, reply_times(times, kind), strict=True):
        shielded, unknown = taken["shielded"], taken["unknown"]
        assert (len(shielded), len(unknown)) == (times, times)
        auc = slower_how_often(shielded, unknown)
        later = slower_how_often([reply + MUST_BE_SEEN for reply in unknown], unknown)
        told.append((call.what, auc, later))
        with capsys.disabled():
            print(  # noqa: T201 - the figures are the result
                f"\n2 × {times}, {call.what}: slower for a shielded record in {auc:.3f} of the"
                f" pairs (medians {median(shielded):.2f} and {median(unknown):.2f} ms);"
                f" {MUST_BE_SEEN * 1_000:.0f} ms more would show as {later:.3f}"
            )
    if times < 1_000:
        return  # a walk through the measurement: judged only at full count
    assert [what for what, auc, _ in told if abs(auc - 0.5) > BY_CHANCE] == [], "it can be told"
    # A measure that would miss the delay proves nothing: repeat it with nothing else running.
    assert [what for what, _, more in told if more <= 0.5 + BY_CHANCE] == [], "too noisy to tell"


def reply_times(times: int, kind: Kind) -> list[dict[str, list[float]]]:
    """Time every call about as many shielded records as unknown numbers, in a random order."""
    senders = [a_sender() for _ in range(2 * times // DRAFTS_EACH + 1)]
    source, member = a_practitioner(), an_iw_member()
    abouts = ["shielded", "unknown"] * times
    random.Random(7).shuffle(abouts)
    waiting = []
    for about, (person, clients) in zip(abouts, cycle(senders), strict=False):
        number = a_number()
        if about == "shielded":
            shield(number, source=source, member=member)
        waiting.append((about, clients, number, kind.begun(person, number)))
    for _, clients in senders:
        for client in clients.values():
            client.get(reverse("home"))  # templates, sessions and plans are warm
    taken: list[dict[str, list[float]]] = [{"shielded": [], "unknown": []} for _ in kind.calls]
    for about, clients, number, asked in waiting:
        for call, times_taken in zip(kind.calls, taken, strict=True):
            ask = call.prepared(clients, asked, number)
            begun = time.perf_counter()
            reply = ask()
            times_taken[about].append(time.perf_counter() - begun)
            expected = 200 if call.data is None else 302
            assert reply.status_code == expected, f"{call.what}: {reply.status_code}"
    return taken


def a_sender() -> tuple[User, dict[bool, Client]]:
    """Return a person, and the signed-in browsers of them (False) and their manager (True)."""
    manager = a_practitioner()
    person = a_practitioner(manager=manager)
    clients = {False: Client(), True: Client()}
    clients[False].force_login(person)
    clients[True].force_login(manager)
    return person, clients


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
