"""Reviews, letting go, the final unshield, ends and hand-over, each against what may come between.

As in `test_interleavings`: the first act is stopped before each of its statements while the other
runs, and the end is one that doing them one after the other could have had.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.db import connections

from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.hand_over import actions as hand_over
from shielding.holds.hand_over.models import HandOver
from shielding.models import Consultation, Hold, Record, Review
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews import actions as review_actions
from shielding.reviews import reminders
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from shielding.web.refusals import Refused
from tests.concurrency.support.interleaving import (
    Stops,
    Threads,
    at_their_moments,
    interleaved,
    told_by_the_logbook,
)
from tests.concurrency.support.sessions import without_trigger
from tests.support import hand_overs
from tests.support.committed_once import committed_once
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number, a_written_draft, first_review_concluded
from tests.support.shielded_records import GONE, at

pytestmark = pytest.mark.django_db(transaction=True)
DUE = date(2026, 9, 2)
DAY = timedelta(days=1)


@dataclass
class People:
    source: User
    heir: User
    other: User
    members: tuple[User, User]
    worker: User

    def names(self) -> dict[int | None, str]:
        """Return what everybody is called in this scene, by primary key."""
        everybody = (self.source, self.heir, self.other, *self.members, self.worker)
        called = ("source", "heir", "other", "one", "another", "worker")
        return {None: ""} | {one.pk: name for one, name in zip(everybody, called, strict=True)}


@dataclass
class Scene:
    """A record one source asks for, or asked for; a colleague's draft; and when all this is."""

    people: People
    hold: Hold
    record: Record
    review: Review | None
    draft: Request
    own_draft: Request
    now: datetime
    proposal: HandOver
    in_hand: list[str]

    def stands(self) -> tuple[Any, ...]:
        """Return all that the acts may change, as it stands now, by the names of this scene."""
        record = Record.objects.get(pk=self.record.pk)
        name = self.people.names()
        asked = Consultation.objects.filter(hold__record=record)
        owed = Notice.objects.filter(subject__in=asked.values("reference"))
        drafts = Request.objects.filter(pk__in=[self.draft.pk, self.own_draft.pk])
        return (
            (record.state, record.episode, record.review_due, record.end_code),
            (name[record.unshield_begun_by_id], name[record.unshield_confirmed_by_id]),
            (record.unshield_cancels, name[record.closed_by_id]),
            sorted((name[one.source_id], one.released_how, one.family, one.review_due)
                   for one in _holds(record)),
            sorted(record.reviews.values_list("kind", "outcome", "due", "next_due"), key=str),
            sorted((one.review.kind, name[one.hold.placed_by_id], one.answer, one.on_word)
                   for one in asked.select_related("review", "hold")),
            sorted((name[one.recipient_id], one.step, one.fate) for one in owed),
            sorted((name[one.practitioner_id], one.state) for one in drafts),
        )  # fmt: skip


def _holds(record: Record) -> Any:
    return Hold.objects.filter(record=record)


def a_scene(people: People, state: str) -> Scene:
    """Return a record shielded for one source, as far on its way as `state` says."""
    number = a_number()
    first = practitioner_actions.submit(
        a_written_draft(people.source, number=number), by=people.source, now=NOW
    )
    desk_actions.agree(
        first,
        involvement="on_record",
        no_duplicate=True,
        applied_on=NOW.date(),
        seen=NOW,
        by=people.worker,
        now=NOW,
    )
    first_review_concluded(first, by=people.worker)
    hold = first.hold
    record, now, review = hold.record, at(DUE), None
    if state == "asked":
        (review,) = review_actions.open_reviews_of(record, now=now)
    if state in ("let go", "unshielding"):
        letting_go.withdraw(hold, parting=GONE, by=people.source, now=now - DAY)
    if state == "unshielding":
        unshield_actions.begin_unshield(record, by=people.members[0], now=now)
    if state == "ending":
        other_ends.propose_end(record, code="died", by=people.members[0], now=now)
    return Scene(
        people,
        hold,
        Record.objects.get(pk=record.pk),
        review,
        a_written_draft(people.other, number=number),
        a_written_draft(people.source, number=a_number()),
        now,
        hand_overs.proposed(people.source, to=people.heir, by=people.worker, now=now),
        hand_over.references_in_hand(people.source),
    )


Act = Callable[[Scene, User], Any]


def _say(scene: Scene, answer: str, by: User) -> Any:
    return letting_go.answer(
        scene.hold,
        answer=answer,
        views="yes",
        sought_by="source",
        parting=GONE,
        by=by,
        now=scene.now,
    )


def _conclude(scene: Scene, member: User) -> Any:
    review = Review.objects.get(pk=scene.review.pk)
    return review_actions.conclude_record_review(
        review,
        no_duplicate=True,
        next_shown=review_actions.next_due(review, scene.now),
        by=member,
        now=scene.now,
    )


ACTS: dict[str, Act] = {
    "submit": lambda s, m: practitioner_actions.submit(s.draft, by=s.people.other, now=s.now),
    "submit as leaver": lambda s, m: practitioner_actions.submit(
        s.own_draft, by=s.people.source, now=s.now
    ),
    "still needed": lambda s, m: _say(s, "still_needed", s.people.source),
    "no longer": lambda s, m: _say(s, "no_longer_needed", s.people.source),
    "no longer on word": lambda s, m: _say(s, "no_longer_needed", m),
    "withdraw": lambda s, m: letting_go.withdraw(
        s.hold, parting=GONE, by=s.people.source, now=s.now
    ),
    "open review": lambda s, m: review_actions.open_reviews_of(s.record, now=s.now),
    "conclude": _conclude,
    "remind": lambda s, m: reminders.raise_reminders(s.now),
    "begin": lambda s, m: unshield_actions.begin_unshield(s.record, by=m, now=s.now),
    "confirm": lambda s, m: unshield_actions.confirm_unshield(
        s.record, by=s.people.members[1], now=s.now
    ),
    "confirm too": lambda s, m: unshield_actions.confirm_unshield(
        s.record, by=s.people.worker, now=s.now
    ),
    "stop": lambda s, m: unshield_actions.stop_unshield(
        s.record, found="never_opened", by=s.people.members[0], now=s.now
    ),
    "propose end": lambda s, m: other_ends.propose_end(s.record, code="died", by=m, now=s.now),
    "take back end": lambda s, m: other_ends.withdraw_end(s.record, by=m, now=s.now),
    "confirm end": lambda s, m: other_ends.confirm_end(
        s.record, seen=[s.hold.reference], attested=True, no_duplicate=True,
        by=s.people.members[1], now=s.now,
    ),
    "hand over": lambda s, m: hand_over.confirm(s.proposal, seen=s.in_hand, by=m, now=s.now),
}  # fmt: skip
SCENES = {
    "asked": (
        "still needed", "no longer", "no longer on word", "withdraw", "open review", "conclude",
        "remind", "hand over", "submit",
    ),
    "shielded": (
        "open review", "withdraw", "propose end", "begin", "hand over", "submit",
        "submit as leaver",
    ),
    "let go": ("begin", "submit", "open review", "propose end", "withdraw"),
    "unshielding": ("confirm", "confirm too", "stop", "submit", "open review"),
    "ending": ("confirm end", "take back end", "submit", "withdraw", "hand over"),
}  # fmt: skip
# What could open a held record, or lose a request or an answer: always. All others: in soak.
ALWAYS = {
    ("let go", "begin", "submit"), ("let go", "begin", "begin"),
    ("unshielding", "submit", "confirm"), ("unshielding", "confirm", "submit"),
    ("unshielding", "stop", "submit"), ("unshielding", "confirm", "stop"),
    ("unshielding", "confirm", "confirm too"), ("ending", "confirm end", "submit"),
    ("shielded", "withdraw", "begin"), ("shielded", "open review", "withdraw"),
    ("shielded", "hand over", "withdraw"), ("shielded", "hand over", "submit as leaver"),
    ("asked", "still needed", "conclude"), ("asked", "no longer", "withdraw"),
    ("asked", "conclude", "conclude"), ("asked", "remind", "still needed"),
}  # fmt: skip


def every_pair() -> list[Any]:
    pairs = [(scene, *pair) for scene, acts in SCENES.items() for pair in product(acts, repeat=2)]
    assert set(pairs) >= ALWAYS
    return at_their_moments(pairs, ALWAYS)


def everybody() -> People:
    service = a_service()
    source, heir = a_practitioner(service=service), a_practitioner(service=service)
    members = (an_iw_member(), an_iw_member())
    return People(source, heir, a_practitioner(), members, an_iw_member())


@pytest.fixture
def threads() -> Iterator[Threads]:
    """One thread to be stopped and one to run meanwhile, each with its own connection."""
    with ThreadPoolExecutor(1) as stopped, ThreadPoolExecutor(1) as running:
        yield stopped, running
        for thread in (stopped, running):
            thread.submit(connections.close_all).result()


@pytest.mark.parametrize(("state", "first", "second", "moments"), every_pair())
def test_two_acts_end_as_one_after_the_other_would(state, first, second, moments, threads):
    again = committed_once(lambda: a_scene(everybody(), state))
    ends = {"forth": in_turn(again(), first, second), "back": in_turn(again(), second, first, True)}
    for before in range(60):
        scene = again()
        stops = Stops(before, moments)
        outcomes = interleaved(
            partial(do, scene, first, 0), partial(do, scene, second, 1), stops, threads
        )
        assert (outcomes, settled(scene, first, second)) in ends.values(), f"before {before}"
        assert not open_while_held(scene)
        assert told_by_the_logbook(moments)
        if not stops.reached.is_set():
            break
    assert 0 < before < 59


@pytest.mark.behind_the_acts("takes the locks and triggers away")
def test_without_the_record_s_lock_some_moment_opens_a_held_record(threads):
    """The test above can fail: confirming takes no lock, and the pair of triggers is away."""
    with (
        without_trigger("shielding_hold", "shielding_hold_guard"),
        without_trigger("shielding_record", "shielding_record_guard"),
        without_trigger("shielding_record", "shielding_record_state_logged"),
    ):
        found = []
        again = committed_once(lambda: a_scene(everybody(), "unshielding"))
        for before in range(16):
            scene = again()
            acts = partial(do, scene, "confirm", 0), partial(do, scene, "submit", 1)
            interleaved(*acts, Stops(before), threads, without_lock)
            found.append(open_while_held(scene))
    assert any(found)


def without_lock(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    return execute(sql.replace(" FOR UPDATE", ""), params, many, context)


def in_turn(scene: Scene, one: str, two: str, swapped: bool = False) -> Any:
    """Do one act after the other; return what came of them, in the order of the test."""
    outcomes = (do(scene, one, int(swapped)), do(scene, two, int(not swapped)))
    return outcomes[::-1] if swapped else outcomes, settled(scene, one, two)


def settled(scene: Scene, *acts: str) -> Any:
    """Return what stands. Reminding is many small transactions, done again every minute: where it
    took part, as the next time leaves it.
    """
    if "remind" in acts:
        reminders.raise_reminders(scene.now)
    return scene.stands()


def do(scene: Scene, act: str, which: int) -> str:
    try:
        ACTS[act](scene, scene.people.members[which])
    except Refused:
        return "refused"
    return "done"


def open_while_held(scene: Scene) -> bool:
    record = Record.objects.get(pk=scene.record.pk)
    return record.state in states.OPEN_TO_ALL and record.holds.standing().exists()
