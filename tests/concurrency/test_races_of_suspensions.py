"""A suspension said to be wrong, raced against what could open a record meanwhile, and settled."""

from functools import partial

import pytest
from django.utils import timezone

from shielding.accounts import suspending
from shielding.accounts.history import AccountChange, Change
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.models import Record, Suspension
from shielding.records import states
from shielding.unshield import actions as unshield
from shielding.web.refusals import Refused
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.support.people import a_practitioner, an_administrator, an_iw_member
from tests.support.shielded_records import DAY, GONE, at, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def suspended_and_let_go() -> tuple[Suspension, Record]:
    """Return the suspension of a source whose word was recorded and attested the week before."""
    then = at(timezone.localdate() - 14 * DAY)
    manager = a_practitioner()
    source = a_practitioner(service=manager.service, manager=manager)
    (hold,) = shielded_for(source, now=then)
    suspending.suspend(source, by=an_administrator(), now=then)
    hold = letting_go.withdraw(hold, parting=GONE, by=an_iw_member(), now=then)
    letting_go.attest_word(hold, phoned=True, by=an_iw_member(), now=then)
    return Suspension.objects.get(person=source), hold.record


def say_wrong(suspension: Suspension, person: User | None = None) -> None:
    told = suspension.told.select_related("person").get(person=person or suspension.person)
    disputed_suspensions.say_wrong(told, by=told.person, now=timezone.now())


@counts(4, 200)
def test_no_unshield_stays_begun_that_was_said_to_be_wrong_meanwhile(times):
    member = an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            suspension, record = suspended_and_let_go()
            now = timezone.now()
            begin = partial(unshield.begin_unshield, record, by=fresh(member), now=now)
            begun, said = crowd.at_once(begin, partial(say_wrong, suspension))
            assert said is None
            state = Record.objects.get(pk=record.pk).state
            assert state == (states.SHIELDED if isinstance(begun, Refused) else states.TO_SHIELD)


@counts(4, 200)
def test_no_record_stays_open_that_was_said_to_be_wrong_meanwhile(times):
    first, second = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            suspension, record = suspended_and_let_go()
            now = timezone.now()
            unshield.begin_unshield(record, by=first, now=now)
            confirm = partial(unshield.confirm_unshield, record, by=fresh(second), now=now)
            done, said = crowd.at_once(confirm, partial(say_wrong, suspension))
            assert said is None
            record = Record.objects.get(pk=record.pk)
            assert record.state == states.TO_SHIELD
            # What was let go stands again in any state; only what was opened began anew.
            assert record.holds.standing().exists()
            assert record.episode == (1 if isinstance(done, Refused) else 2)


@counts(4, 200)
def test_said_by_both_at_once_the_hold_stands_again_once(times):
    first, second = an_iw_member(), an_iw_member()
    with a_crowd(4) as crowd:
        for _ in range(times):
            suspension, record = suspended_and_let_go()
            now = timezone.now()
            unshield.begin_unshield(record, by=first, now=now)
            unshield.confirm_unshield(record, by=second, now=now)
            manager = suspension.person.line_manager
            ways = [partial(say_wrong, suspension, one) for one in (None, manager)] * 2
            assert crowd.at_once(*ways) == [None] * 4
            record = Record.objects.get(pk=record.pk)
            assert (record.episode, record.holds.standing().count()) == (2, 1)
            assert suspension.told.exclude(said_wrong_at=None).count() == 2


@counts(4, 200)
def test_settled_by_two_at_once_and_let_in_by_a_third_it_is_done_once(times):
    first, second, administrator = an_iw_member(), an_iw_member(), an_administrator()
    settle = disputed_suspensions.settle
    with a_crowd(3) as crowd:
        for _ in range(times):
            suspension, record = suspended_and_let_go()
            say_wrong(suspension)
            now = timezone.now()
            ways = [
                partial(settle, suspension, verdict="wrong", by=fresh(one), now=now)
                for one in (first, second)
            ]
            person = fresh(suspension.person)
            let_in = partial(suspending.reactivate, person, by=fresh(administrator), now=now)
            outcomes = crowd.at_once(*ways, let_in)
            assert sum(isinstance(one, Refused) for one in outcomes[:2]) == 1
            changes = AccountChange.objects.filter(person=person, change=Change.REACTIVATED)
            assert (fresh(person).is_active, changes.count()) == (True, 1)
            assert record.holds.standing().count() == 1


def left_of(came: list[object]) -> list[str]:
    """Return why those were refused who were."""
    return [one.code for one in came if isinstance(one, Refused)]


@counts(4, 200)
def test_two_administrators_at_the_last_two_leads_leave_one_of_them(times):
    with a_crowd(2) as crowd:
        for _ in range(times):
            User.objects.iw_team().update(last_login=None)
            leads = [an_iw_member(lead=True), an_iw_member(lead=True)]
            acts = [
                partial(suspending.suspend, lead, by=an_administrator(), now=timezone.now())
                for lead in leads
            ]
            assert left_of(crowd.at_once(*acts)) == ["last_of_role"]
            assert User.objects.working().filter(pk__in=[one.pk for one in leads]).count() == 1


@counts(4, 200)
def test_of_two_administrators_who_suspend_each_other_one_stays(times):
    an_administrator()
    with a_crowd(2) as crowd:
        for _ in range(times):
            one, other = an_administrator(), an_administrator()
            now = timezone.now()
            acts = [
                partial(suspending.suspend, fresh(other), by=one, now=now),
                partial(suspending.suspend, fresh(one), by=other, now=now),
            ]
            assert left_of(crowd.at_once(*acts)) == ["may_not_suspend"]
