"""Two acts on one record, one of them stopped before each of its statements while the other runs.

Whatever the moment, the end must be one that doing them one after the other could have had.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement, product
from typing import Any

import pytest
from django.db import connections

from logbook.references import new_reference
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.questions import PAGE
from shielding.accounts.models import User
from shielding.models import Record
from shielding.records import states
from shielding.unshield import attestations
from shielding.web.refusals import Refused
from tests.concurrency.support.interleaving import (
    Stops,
    Threads,
    at_their_moments,
    interleaved,
    told_by_the_logbook,
)
from tests.concurrency.support.sessions import without_trigger
from tests.support.committed_once import committed_once
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_number, a_written_draft

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


@dataclass
class Scene:
    """A sent request and a colleague's draft about one record, and who acts on them."""

    request: Request
    draft: Request
    number: str
    colleague: User
    caller: User
    members: tuple[User, User]

    def stands(self) -> tuple[Any, ...]:
        """Return all that the acts may change, as it stands now."""
        record = Record.objects.get(pk=self.request.record_id)
        asked = Request.objects.filter(record=record).order_by("id")
        return (
            record.state,
            record.episode,
            record.applied_at is not None,
            tuple((one.state, one.ground, one.still_asks) for one in asked),
            tuple(sorted(record.holds.values_list("released_how", flat=True))),
            Request.objects.get(pk=self.draft.pk).state,
        )


def a_scene(people: tuple[User, ...], state: str) -> Scene:
    owner, colleague, caller, proposer, *members = people
    number = a_number()
    request = practitioner_actions.submit(a_written_draft(owner, number=number), by=owner, now=NOW)
    if state in ("proposed", "let go"):
        request = desk_actions.propose_not_agreed(
            request, reason="well_known", seen=NOW, by=proposer, now=NOW
        )
    if state == "let go":
        request = desk_actions.confirm_not_agreed(
            request, no_duplicate=True, seen=NOW, by=members[0], now=NOW
        )
    if state == "returned":
        request = desk_actions.return_with_query(
            request, query="points", seen=NOW, by=proposer, now=NOW
        )
    draft = a_written_draft(colleague, number=number)
    return Scene(request, draft, number, colleague, caller, (members[0], members[1]))


Act = Callable[[Scene, User], Any]
ACTS: dict[str, Act] = {
    "submit": lambda s, m: practitioner_actions.submit(s.draft, by=s.colleague, now=LATER),
    "discard": lambda s, m: practitioner_actions.discard_draft(s.draft, by=s.colleague, now=LATER),
    "phone": lambda s, m: phoned_requests.log_phoned(
        reference=new_reference(), number=s.number, ground="abuse", caller="practitioner",
        practitioner=s.caller, service=s.caller.service, by=m, now=LATER,
    ),
    "apply": lambda s, m: desk_actions.attest_applied_for_request(
        s.request, checked_on=NOW.date(), no_duplicate=True, by=m, now=LATER
    ),
    "agree": lambda s, m: desk_actions.agree(
        s.request, involvement="on_record", no_duplicate=True, seen=NOW, by=m, now=LATER
    ),
    "return": lambda s, m: desk_actions.return_with_query(
        s.request, query="points", seen=NOW, by=m, now=LATER
    ),
    "propose": lambda s, m: desk_actions.propose_not_agreed(
        s.request, reason="objection", seen=NOW, by=m, now=LATER
    ),
    "confirm": lambda s, m: desk_actions.confirm_not_agreed(
        s.request, no_duplicate=True, seen=NOW, by=m, now=LATER
    ),
    "overturn": lambda s, m: desk_actions.overturn_not_agreed(s.request, seen=NOW, by=m, now=LATER),
    "never applied": lambda s, m: attestations.attest_never_applied(
        s.request.record, by=m, now=LATER
    ),
    "answer": lambda s, m: practitioner_actions.save_answers(
        s.request, PAGE["ground"], values={"ground": "honour"}, by=s.request.practitioner, now=LATER
    ),
    "resubmit": lambda s, m: practitioner_actions.resubmit(
        s.request, by=s.request.practitioner, now=LATER
    ),
}  # fmt: skip
SCENES = {
    "submitted": ("agree", "return", "propose", "apply", "submit"),
    "proposed": ("confirm", "overturn", "apply", "submit", "phone"),
    "let go": ("never applied", "submit", "phone", "discard"),
    "returned": ("resubmit", "answer", "agree", "propose"),
}
# The pairs that could open a record, lose a hold or decide twice: always. All others: in soak.
ALWAYS = {
    ("let go", "never applied", "submit"), ("let go", "submit", "never applied"),
    ("let go", "never applied", "phone"), ("let go", "phone", "never applied"),
    ("let go", "submit", "submit"), ("let go", "submit", "discard"),
    ("let go", "phone", "submit"), ("proposed", "confirm", "submit"),
    ("proposed", "submit", "confirm"), ("proposed", "confirm", "confirm"),
    ("proposed", "confirm", "overturn"), ("proposed", "confirm", "apply"),
    ("proposed", "apply", "confirm"), ("submitted", "agree", "propose"),
    ("submitted", "agree", "apply"), ("submitted", "agree", "agree"),
    ("returned", "resubmit", "answer"), ("returned", "agree", "resubmit"),
}  # fmt: skip


def every_pair() -> list[Any]:
    pairs = [(scene, *pair) for scene, acts in SCENES.items() for pair in product(acts, repeat=2)]
    assert set(pairs) >= ALWAYS
    return at_their_moments(pairs, ALWAYS)


@pytest.fixture
def threads() -> Iterator[Threads]:
    """One thread to be stopped and one to run meanwhile, each with its own connection."""
    with ThreadPoolExecutor(1) as stopped, ThreadPoolExecutor(1) as running:
        yield stopped, running
        for thread in (stopped, running):
            thread.submit(connections.close_all).result()


def somebody() -> tuple[User, ...]:
    return (*[a_practitioner() for _ in range(3)], *[an_iw_member() for _ in range(3)])


@pytest.mark.parametrize(("state", "first", "second", "moments"), every_pair())
def test_two_acts_end_as_one_after_the_other_would(state, first, second, moments, threads):
    again = committed_once(lambda: a_scene(somebody(), state))
    one_after_the_other = {
        in_turn(again(), first, second),
        in_turn(again(), second, first, swapped=True),
    }
    for before in range(40):
        scene = again()
        stops = Stops(before, moments)
        acts = (
            partial(do, scene, first, scene.members[0]),
            partial(do, scene, second, scene.members[1]),
        )
        outcomes = interleaved(*acts, stops, threads)
        assert (outcomes, scene.stands()) in one_after_the_other, f"before {before}"
        assert not open_while_held(scene)
        assert told_by_the_logbook(moments)
        if not stops.reached.is_set():
            break
    assert 0 < before < 39


@pytest.mark.behind_the_acts("takes the locks and triggers away")
def test_without_the_record_s_lock_some_moment_opens_a_held_record(threads):
    """The test above can fail: "never applied" takes no lock, and the pair of triggers is away."""
    with (
        without_trigger("shielding_hold", "shielding_hold_guard"),
        without_trigger("shielding_record", "shielding_record_guard"),
    ):
        found = []
        again = committed_once(lambda: a_scene(somebody(), "let go"))
        for before in range(12):
            scene = again()
            interleaved(
                partial(do, scene, "never applied", scene.members[0]),
                partial(do, scene, "submit", scene.members[1]),
                Stops(before),
                threads,
                without_lock,
            )
            found.append(open_while_held(scene))
    assert any(found)


def without_lock(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute(sql.replace(" FOR UPDATE", ""), params, many, context)


def in_turn(scene: Scene, one: str, two: str, *, swapped: bool = False) -> Any:
    """Do one act after the other; return what came of them, in the order of the test."""
    members = scene.members[::-1] if swapped else scene.members
    outcomes = (do(scene, one, members[0]), do(scene, two, members[1]))
    return outcomes[::-1] if swapped else outcomes, scene.stands()


def do(scene: Scene, act: str, member: User) -> str:
    try:
        ACTS[act](scene, member)
    except Refused:
        return "refused"
    return "done"


def open_while_held(scene: Scene) -> bool:
    record = Record.objects.get(pk=scene.request.record_id)
    return record.state in states.OPEN_TO_ALL and record.holds.standing().exists()


def test_there_are_pairs_enough():
    unordered = {
        (scene, *pair)
        for scene, acts in SCENES.items()
        for pair in combinations_with_replacement(acts, 2)
    }
    assert len(unordered) >= 15
    assert len(ALWAYS) >= 15
