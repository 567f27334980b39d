"""Hand-overs by two and "this is wrong", each raced against what could open a record meanwhile."""

from functools import partial

import pytest
from django.utils import timezone

from shielding.accounts.models import User
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over.models import HandOver
from shielding.models import Hold, Record
from shielding.records import states
from shielding.unshield import actions as unshield
from shielding.web.refusals import Refused
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.shielded_records import DAY, at, let_go, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def refused(outcomes: list) -> int:
    return sum(isinstance(one, Refused) for one in outcomes)


def handed_over_and_let_go() -> tuple[HandOver, Record]:
    """Return a hand-over of a hold that the colleague let go of the week before last."""
    then = at(timezone.localdate() - 14 * DAY)
    leaver = a_practitioner(service=a_service())
    (hold,) = shielded_for(leaver, now=then)
    heir = a_practitioner(service=leaver.service)
    hand_overs.hand_over(leaver, to=heir, by=an_iw_member(), now=then)
    record = let_go(Hold.objects.get(pk=hold.pk), now=then).record
    return HandOver.objects.get(person=leaver), record


def say_wrong(hand_over: HandOver) -> None:
    told = hand_over.told.select_related("person").get(person=hand_over.person)
    disputes.say_wrong(told, by=told.person, now=timezone.now())


@counts(4, 200)
def test_no_unshield_stays_begun_that_was_said_to_be_wrong_meanwhile(times):
    member = an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            hand_over, record = handed_over_and_let_go()
            now = timezone.now()
            begin = partial(unshield.begin_unshield, record, by=fresh(member), now=now)
            begun, said = crowd.at_once(begin, partial(say_wrong, hand_over))
            assert said is None
            state = Record.objects.get(pk=record.pk).state
            assert state == (states.SHIELDED if isinstance(begun, Refused) else states.TO_SHIELD)


@counts(4, 200)
def test_no_record_stays_open_that_was_said_to_be_wrong_meanwhile(times):
    first, second = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            hand_over, record = handed_over_and_let_go()
            now = timezone.now()
            unshield.begin_unshield(record, by=first, now=now)
            confirm = partial(unshield.confirm_unshield, record, by=fresh(second), now=now)
            done, said = crowd.at_once(confirm, partial(say_wrong, hand_over))
            assert said is None
            record = Record.objects.get(pk=record.pk)
            assert record.state == states.TO_SHIELD
            # What was let go stands again in any state; only what was opened began anew.
            assert record.holds.standing().exists()
            assert record.episode == (1 if isinstance(done, Refused) else 2)


@counts(4, 200)
def test_it_is_proposed_once_and_confirmed_once(times):
    members = [an_iw_member() for _ in range(4)]
    with a_crowd(4) as crowd:
        for _ in range(times):
            leaver = a_practitioner(service=a_service())
            (hold,) = shielded_for(leaver)
            heir, now = a_practitioner(service=leaver.service), timezone.now()
            ways = [
                partial(acts.propose, fresh(leaver), to=heir, by=fresh(one), now=now)
                for one in members
            ]
            assert refused(crowd.at_once(*ways)) == 3
            proposal = HandOver.objects.open().get(person=leaver)
            seen = [hold.reference]
            ways = [
                partial(acts.confirm, proposal, seen=seen, by=fresh(one), now=now)
                for one in members
            ]
            assert refused(crowd.at_once(*ways)) == 3
            assert Hold.objects.get(pk=hold.pk).source == heir
            assert proposal.moved.count() == 1


@counts(4, 200)
def test_said_by_all_at_once_the_hold_stands_again_once(times):
    first, second = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            hand_over, record = handed_over_and_let_go()
            now = timezone.now()
            unshield.begin_unshield(record, by=first, now=now)
            unshield.confirm_unshield(record, by=second, now=now)
            ways = [
                partial(disputes.say_wrong, told, by=told.person, now=now)
                for told in hand_over.told.select_related("person")
            ]
            assert crowd.at_once(*ways) == [None, None]
            record = Record.objects.get(pk=record.pk)
            assert (record.state, record.episode) == (states.TO_SHIELD, 2)
