"""A hand-over or a suspension, or the word that it was wrong, beside what opens a record.

One act is stopped before each of its statements while the other runs. Whatever the moment, the end
must be one that doing them one after the other could have had.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import connections

from requests_app.desk import actions as desk
from requests_app.models import Request
from requests_app.practitioner import actions as asking
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record, Suspension
from shielding.records import states
from shielding.unshield import actions as unshield
from shielding.unshield import other_ends
from shielding.web.refusals import Refused
from tests.concurrency.support.interleaving import (
    Stops,
    Threads,
    at_their_moments,
    interleaved,
    told_by_the_logbook,
)
from tests.support import hand_overs
from tests.support.committed_once import committed_once
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member
from tests.support.requests import NOW, a_number, a_written_draft
from tests.support.shielded_records import DAY, GONE, let_go, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + DAY


@dataclass
class Scene:
    """A leaver's claim, proposed to go to a colleague, and the members who do the rest."""

    hold: Hold
    leaver: User
    heir: User
    proposer: User
    second: User
    third: User
    fourth: User
    hand_over: HandOver
    # What the page of confirming showed.
    seen: list[str]

    @property
    def record(self) -> Record:
        return Record.objects.get(pk=self.hold.record_id)

    def stands(self) -> tuple[Any, ...]:
        """Return all that the acts may change, as it stands now."""
        record, hold = self.record, Hold.objects.get(pk=self.hold.pk)
        hand_over = HandOver.objects.get(pk=self.hand_over.pk)
        people = (self.proposer, self.heir, self.third, self.leaver)
        suspended = Suspension.objects.filter(person=self.leaver)
        return (
            record.state,
            record.episode,
            record.unshield_cancels,
            record.unshield_begun_by_id == self.third.pk,
            record.end_code,
            (hold.source_id == self.heir.pk, hold.released_how, hold.family, hold.episode),
            Request.objects.get(hold=hold).practitioner_id == hold.source_id,
            (hand_over.confirmed_by_id == self.second.pk, hand_over.withdrawn_at is not None),
            (hand_over.is_disputed, hand_over.verdict),
            tuple(hand_over.moved.values_list("given_back_at", flat=True)),
            tuple((one.is_disputed, one.verdict) for one in suspended),
            tuple(User.objects.get(pk=one.pk).is_active for one in people),
        )


def a_scene(state: str) -> Scene:
    service = a_service()
    leaver, heir = a_practitioner(service=service), a_practitioner(service=service)
    proposer, *members = (an_iw_member() for _ in range(4))
    hold = a_claim(leaver, state)
    if state == "unshielding and leaving":
        hold = let_go(hold)
        unshield.begin_unshield(hold.record, by=members[1], now=LATER)
        shielded_for(leaver)
    hand_over = hand_overs.proposed(leaver, to=heir, now=NOW, by=proposer)
    seen = acts.references_in_hand(leaver)
    scene = Scene(hold, leaver, heir, proposer, *members, hand_over, seen)
    if state in AFTER_IT:
        hand_overs.confirmed(hand_over, by=scene.second, now=NOW)
        scene.hold.refresh_from_db()
    if state == "held and ending":
        propose_end(scene)
    if state in ("let go", "unshielding", "let go and disputed"):
        let_go(scene.hold, now=NOW)
    if state == "unshielding":
        unshield.begin_unshield(scene.record, by=scene.third, now=LATER)
    if "suspended" in state:
        stopped_and_let_go(scene)
        scene.seen = acts.references_in_hand(leaver)
    if "suspended and unshielding" in state:
        unshield.begin_unshield(scene.record, by=scene.third, now=LATER)
    if state == "suspended and disputed":
        say_suspension_wrong(scene)
    elif "disputed" in state:
        say_wrong(scene, leaver)
    scene.hand_over.refresh_from_db()
    return scene


def a_claim(leaver: User, state: str) -> Hold:
    if state == "unspoken":
        return not_agreed(leaver)
    if state == "suspended, not reviewed":
        return Hold.objects.get(pk=an_applied_request(leaver, a_number()).hold_id)
    return shielded_for(leaver)[0]


def not_agreed(source: User) -> Hold:
    """Return a claim that two members ended, of which the family was not yet told."""
    number, others = a_number(), (an_iw_member(), an_iw_member())
    request = an_applied_request(source, number)
    request = desk.propose_not_agreed(
        request, reason="objection", seen=request.changed_at, by=others[0], now=NOW
    )
    request = desk.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=others[1], now=NOW
    )
    return Hold.objects.get(pk=request.hold_id)


def an_applied_request(source: User, number: str) -> Request:
    request = asking.submit(a_written_draft(source, number=number), by=source, now=NOW)
    desk.attest_applied_for_request(
        request, checked_on=NOW.date(), no_duplicate=True, by=an_iw_member(), now=NOW
    )
    return Request.objects.get(pk=request.pk)


def say_wrong(scene: Scene, person: User) -> None:
    told = scene.hand_over.told.select_related("person").get(person=person)
    disputes.say_wrong(told, by=told.person, now=LATER)


def propose_end(scene: Scene) -> None:
    other_ends.propose_end(scene.record, code="died", by=scene.third, now=LATER)


def confirm_end(scene: Scene) -> None:
    """Confirm it as whoever had the page open a while ago."""
    given = {"seen": [scene.hold.reference], "attested": False, "no_duplicate": True}
    other_ends.confirm_end(scene.hold.record, **given, by=scene.fourth, now=LATER)


def suspend(person: User) -> None:
    suspending.suspend(person, by=an_administrator(), now=LATER)


def stopped_and_let_go(scene: Scene) -> None:
    """Suspend the source; one member records their word, another attests a call."""
    suspending.suspend(scene.leaver, by=an_administrator(), now=NOW)
    hold = letting_go.withdraw(scene.hold, parting=GONE, by=scene.second, now=NOW)
    letting_go.attest_word(hold, phoned=True, by=scene.third, now=NOW)


def say_suspension_wrong(scene: Scene) -> None:
    told = Suspension.objects.get(person=scene.leaver).told.select_related("person").get()
    disputed_suspensions.say_wrong(told, by=told.person, now=LATER)


def settle_suspension(scene: Scene, verdict: str, by: User) -> None:
    suspension = Suspension.objects.get(person=scene.leaver)
    disputed_suspensions.settle(suspension, verdict=verdict, by=by, now=LATER)


def tell_and_begin(scene: Scene) -> None:
    letting_go.say_family(scene.hold, family="told", by=scene.third, now=LATER)
    unshield.begin_unshield(scene.hold.record, by=scene.third, now=LATER)


AFTER_IT = (
    "held",
    "held and ending",
    "let go",
    "unshielding",
    "held and disputed",
    "let go and disputed",
)
ACTS: dict[str, Callable[[Scene], Any]] = {
    "confirm": lambda s: acts.confirm(s.hand_over, seen=s.seen, by=s.second, now=LATER),
    "take back": lambda s: acts.withdraw(s.hand_over, by=s.third, now=LATER),
    "release": lambda s: letting_go.withdraw(s.hold, parting=GONE, by=s.leaver, now=LATER),
    "colleague releases": lambda s: letting_go.withdraw(s.hold, parting=GONE, by=s.heir, now=LATER),
    "release on word": lambda s: letting_go.withdraw(s.hold, parting=GONE, by=s.third, now=LATER),
    "tell and begin": tell_and_begin,
    "begin": lambda s: unshield.begin_unshield(s.hold.record, by=s.third, now=LATER),
    "confirm unshield": lambda s: unshield.confirm_unshield(s.hold.record, by=s.fourth, now=LATER),
    "propose end": propose_end,
    "confirm end": confirm_end,
    "suspend proposer": lambda s: suspend(s.proposer),
    "suspend colleague": lambda s: suspend(s.heir),
    "suspend who began": lambda s: suspend(s.third),
    "say wrong": lambda s: say_wrong(s, s.leaver),
    "colleague says wrong": lambda s: say_wrong(s, s.heir),
    "rightful": lambda s: disputes.settle(s.hand_over, verdict="rightful", by=s.fourth, now=LATER),
    "wrong": lambda s: disputes.settle(s.hand_over, verdict="wrong", by=s.third, now=LATER),
    "say suspension wrong": say_suspension_wrong,
    "rightly suspended": lambda s: settle_suspension(s, "rightful", s.third),
    "wrongly suspended": lambda s: settle_suspension(s, "wrong", s.fourth),
    "let in": lambda s: suspending.reactivate(s.leaver, by=s.second, now=LATER),
}
PAIRS = (
    ("proposed", "confirm", "release"),
    ("proposed", "confirm", "release on word"),
    ("proposed", "confirm", "suspend proposer"),
    ("proposed", "confirm", "suspend colleague"),
    ("proposed", "confirm", "take back"),
    ("unspoken", "confirm", "tell and begin"),
    ("suspended, not reviewed", "confirm", "say suspension wrong"),
    ("unshielding and leaving", "confirm", "confirm unshield"),
    ("held", "say wrong", "colleague releases"),
    ("held", "say wrong", "propose end"),
    ("held and ending", "say wrong", "confirm end"),
    ("let go", "say wrong", "begin"),
    ("unshielding", "say wrong", "confirm unshield"),
    ("unshielding", "suspend who began", "confirm unshield"),
    ("held and disputed", "wrong", "colleague releases"),
    ("held and disputed", "colleague says wrong", "rightful"),
    ("let go and disputed", "rightful", "begin"),
    ("let go and disputed", "wrong", "begin"),
    ("let go and disputed", "rightful", "wrong"),
    ("suspended", "say suspension wrong", "begin"),
    ("suspended and unshielding", "say suspension wrong", "confirm unshield"),
    ("suspended and disputed", "rightly suspended", "begin"),
    ("suspended and disputed", "wrongly suspended", "begin"),
    ("suspended and disputed", "wrongly suspended", "let in"),
    ("suspended and disputed", "rightly suspended", "wrongly suspended"),
)


@pytest.fixture
def threads() -> Iterator[Threads]:
    """One thread to be stopped and one to run meanwhile, each with its own connection."""
    with ThreadPoolExecutor(1) as stopped, ThreadPoolExecutor(1) as running:
        yield stopped, running
        for thread in (stopped, running):
            thread.submit(connections.close_all).result()


# With one of these the other act is stopped too in the ordinary tests; with all others in soak.
OPENS = {"begin", "tell and begin", "confirm unshield", "confirm end"}


def both_ways() -> list[Any]:
    back = [(state, second, first) for state, first, second in PAIRS]
    return at_their_moments(
        [*PAIRS, *back],
        {*PAIRS, *(one for one in back if (OPENS | {"suspended, not reviewed"}) & set(one))},
    )


@pytest.mark.parametrize(("state", "first", "second", "moments"), both_ways())
def test_two_acts_end_as_one_after_the_other_would(state, first, second, moments, threads):
    again = committed_once(lambda: a_scene(state))
    forth, back = in_turn(again(), first, second), in_turn(again(), second, first)
    one_after_the_other = {forth, swapped(back)}
    for before in range(90):
        scene = again()
        stops = Stops(before, moments)
        outcomes = interleaved(
            partial(do, scene, first), partial(do, scene, second), stops, threads
        )
        assert (outcomes, scene.stands()) in one_after_the_other, f"before {before}"
        assert not open_while_held(scene)
        assert told_by_the_logbook(moments)
        if not stops.reached.is_set():
            break
    assert 0 < before < 89


def in_turn(scene: Scene, one: str, two: str) -> Any:
    return (do(scene, one), do(scene, two)), scene.stands()


def swapped(end: Any) -> Any:
    return end[0][::-1], end[1]


def do(scene: Scene, act: str) -> str:
    try:
        ACTS[act](scene)
    except Refused:
        return "refused"
    return "done"


def open_while_held(scene: Scene) -> bool:
    record = scene.record
    return record.state in states.OPEN_TO_ALL and record.holds.standing().exists()
