"""What a source reads after "this is wrong" does not tell whether their record was open already.

Whoever is told of a hand-over or a suspension can say so and look at their own page: it must read
the same where the record was opened meanwhile and where another source still asks.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from requests_app.models import Request
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.suspensions import Suspension
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record
from shielding.notices.models import Notice
from shielding.records import states
from shielding.unshield import actions as unshield
from tests.requests_app.support.desk import at_desk
from tests.support import hand_overs
from tests.support.indistinguishable import masked
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number
from tests.support.shielded_records import DAY, let_go, shielded_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LATER = NOW + 5 * DAY


class World:
    """A claim that was handed over and let go of; another source asks too, or none does."""

    def __init__(self, *, of_another: bool) -> None:
        service = a_service()
        self.manager = a_practitioner(service=service)
        self.old = a_practitioner(service=service, manager=self.manager)
        self.new = a_practitioner(service=service)
        others = [a_practitioner()] if of_another else []
        self.hold, *_ = shielded_for(self.old, *others, number=a_number())
        self.team = [an_iw_member() for _ in range(4)]

    def hand_over(self) -> None:
        first, second, *_ = self.team
        hand_overs.hand_over(
            self.old, to=self.new, proposed_by=first, by=second, now=NOW + 2 * HOUR
        )

    def let_go(self) -> None:
        let_go(Hold.objects.get(pk=self.hold.pk), now=NOW + 3 * HOUR)

    def goes_as_far_as_it_can(self) -> str:
        """Open the record where nobody asks for it any more; return its state."""
        record = Record.objects.get(pk=self.hold.record_id)
        if not record.holds.standing().exists():
            unshield.begin_unshield(record, by=self.team[2], now=NOW + 3 * DAY)
            record = unshield.confirm_unshield(record, by=self.team[3], now=NOW + 3 * DAY)
        return record.state

    def read(self, person: User) -> list[Any]:
        """Return what they read at home, in their list and of the request; and what they hear."""
        own, browser = Request.objects.get(hold=self.hold), at_desk(person)
        addresses = ("/", "/requests/", f"/requests/{own.reference}/")
        answers = [browser.get(address) for address in addresses]
        heard = Notice.objects.filter(recipient=person, created_at__gte=LATER)
        return [
            *(
                (one.status_code, re.sub(r"Person Number\d+", "NAME", masked(one)))
                for one in answers
            ),
            sorted(heard.values_list("kind", "created_at", "due_at")),
        ]


def say_it_of_the_hand_over(world: World) -> HandOver:
    hand_over = HandOver.objects.get(person=world.old)
    told = hand_over.told.get(person=world.new)
    disputes.say_wrong(told, by=world.new, now=LATER)
    hand_over.refresh_from_db()
    return hand_over


def say_it_of_the_suspension(world: World) -> Suspension:
    suspension = Suspension.objects.get(person=world.old)
    told = suspension.told.get(person=world.manager)
    disputed_suspensions.say_wrong(told, by=world.manager, now=LATER)
    suspension.refresh_from_db()
    return suspension


def of_a_hand_over(world: World, verdict: str) -> None:
    world.hand_over()
    world.let_go()
    world.goes_as_far_as_it_can()
    hand_over = say_it_of_the_hand_over(world)
    if verdict:
        disputes.settle(hand_over, verdict=verdict, by=world.team[2], now=LATER)


def of_a_suspension(world: World, verdict: str) -> None:
    suspending.suspend(world.old, by=world.team[0], now=NOW + HOUR)
    world.old.refresh_from_db()
    world.hand_over()
    world.let_go()
    world.goes_as_far_as_it_can()
    suspension = say_it_of_the_suspension(world)
    if verdict:
        settled = disputed_suspensions.settle
        settled(suspension, verdict=verdict, by=world.team[2], now=LATER)


@pytest.mark.parametrize("verdict", ["", "rightful", "wrong"])
@pytest.mark.parametrize("said", [of_a_hand_over, of_a_suspension])
def test_nobody_reads_from_it_whether_the_record_was_open(
    said: Callable[[World, str], None], verdict: str
) -> None:
    read = []
    for of_another in (False, True):
        world = World(of_another=of_another)
        said(world, verdict)
        read.append([world.read(one) for one in (world.old, world.new, world.manager)])
    assert read[0] == read[1]


def test_the_two_records_are_in_different_states() -> None:
    """Else the test above compares nothing."""
    found = []
    for of_another in (False, True):
        world = World(of_another=of_another)
        world.hand_over()
        world.let_go()
        found.append(world.goes_as_far_as_it_can())
    assert found == [states.NOT_SHIELDED, states.SHIELDED]
