"""People acting on one access request at the same moment, in real transactions."""

import time
from functools import partial
from threading import Event

import pytest
from django.db import transaction

from brokerage import states
from brokerage.core_hooks.reminders import raise_reminders
from brokerage.desk import actions as desk_actions
from brokerage.line_manager import actions as manager_actions
from brokerage.models import AccessRequest, Liaison
from brokerage.requester import actions as requester_actions
from brokerage.source import actions as source_actions
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import User
from shielding.notices.models import Notice
from shielding.web.refusals import Refused
from tests.brokerage.support.cast import (
    ASKED,
    DAY,
    UNTIL,
    Cast,
    a_cast,
    again,
    agreed,
    answered,
    asking,
    sent,
    shielded,
)
from tests.concurrency.support.crowd import a_crowd, how_many_wait, until
from tests.concurrency.support.races import counts
from tests.support.people import a_practitioner
from tests.support.shielded_records import let_go

pytestmark = pytest.mark.django_db(transaction=True)
FEW = counts(4, 100)


def refusals(*results: object) -> int:
    return sum(isinstance(one, Refused) for one in results)


@counts(20, 2_000)
def test_what_is_withdrawn_while_the_manager_agrees_is_never_brokered(times, capsys):
    cast, agreed_first = a_cast(), 0
    number = sent(cast).record.number_in_clear()
    with a_crowd(2) as crowd:
        for _ in range(times):
            access = sent(cast, number=number)
            agreement, withdrawal = crowd.at_once(
                partial(manager_actions.agree, access, by=fresh(cast.manager), now=ASKED),
                partial(requester_actions.withdraw, access, by=fresh(cast.requester), now=ASKED),
            )
            assert refusals(withdrawal) == 0
            agreed_first += not isinstance(agreement, Refused)
            access = again(access)
            assert (access.state, access.is_withdrawn) == (states.WITHDRAWN, True)
            with pytest.raises(Refused):
                desk_actions.ask_sources(access, by=cast.member, now=ASKED)
    assert not Liaison.objects.exists()
    with capsys.disabled():
        print(  # noqa: T201 - the figures of the race are its result
            f"\n{times} races of agreeing against withdrawing: agreed first {agreed_first}, "
            "brokered after the withdrawal 0"
        )


@counts(12, 1_000)
def test_nothing_is_disclosed_after_a_withdrawal(times, capsys):
    cast, disclosed = a_cast(), 0
    number = shielded(cast)[0]
    with a_crowd(2) as crowd:
        for turn in range(times):
            access = answered(cast, number=number)
            outcome, withdrawal = crowd.at_once(
                partial(conclude, access, cast),
                # Concluding locks more and would come second each time.
                partial(withdraw_after, 0.02 * (turn % 3), access, cast),
            )
            assert refusals(withdrawal) == 0
            access = again(access)
            if isinstance(outcome, Refused):
                assert (access.state, access.outcome) == (states.WITHDRAWN, "")
            else:
                disclosed += 1
                assert access.state == states.CONCLUDED
            assert access.is_withdrawn
            assert not AccessRequest.objects.granted(ASKED.date()).filter(pk=access.pk).exists()
    assert disclosed
    with capsys.disabled():
        print(  # noqa: T201 - the figures of the race are its result
            f"\n{times} races of an outcome against a withdrawal: concluded first {disclosed}, "
            "a contact left granted 0"
        )


def withdraw_after(seconds: float, access: AccessRequest, cast: Cast) -> AccessRequest:
    time.sleep(seconds)
    return requester_actions.withdraw(access, by=fresh(cast.requester), now=ASKED)


def conclude(access: AccessRequest, cast: Cast, by: User | None = None) -> AccessRequest:
    return desk_actions.conclude(
        access,
        outcome="source_will_contact",
        granted_until=UNTIL,
        by=fresh(by or cast.member),
        now=ASKED,
    )


def fresh(person: User) -> User:
    """Each thread has its own copy, as each request has."""
    return User.objects.get(pk=person.pk)


def race(
    times: int, cast: Cast, one: object, other: object, makes: object
) -> list[tuple[object, object]]:
    """Let two acts meet on a new request, many times; return what came of each pair."""
    with a_crowd(2) as crowd:
        met = []
        for _ in range(times):
            access = makes(cast)
            pair = crowd.at_once(partial(one, access), partial(other, access))
            met.append((again(access), *pair))
        return met


@FEW
def test_agreed_or_declined_but_not_both(times):
    cast = a_cast()
    deputy = a_practitioner(service=cast.manager.service)
    a_practitioner(service=cast.manager.service, manager=deputy)
    deputy_actions.name_deputy(
        cast.manager,
        deputy,
        first_day=ASKED.date(),
        last_day=ASKED.date(),
        by=cast.manager,
        now=ASKED,
    )
    for access, agreement, refusal in race(
        times,
        cast,
        lambda a: manager_actions.agree(a, by=fresh(cast.manager), now=ASKED),
        lambda a: manager_actions.decline(a, reason="ask_first", by=fresh(deputy), now=ASKED),
        sent,
    ):
        assert refusals(agreement, refusal) == 1
        decided = cast.manager if access.state == states.WITH_IW else deputy
        assert access.manager_decided_by == decided
        assert access.participations.filter(part="manager").count() == 1


@FEW
def test_concluded_once_by_one_member(times):
    cast = a_cast()
    for access, one, other in race(
        times,
        cast,
        lambda a: conclude(a, cast),
        lambda a: conclude(a, cast, cast.colleague),
        answered,
    ):
        assert refusals(one, other) == 1
        assert access.outcome == "source_will_contact"


@FEW
def test_an_objection_is_heard_before_the_outcome_or_stops_what_it_granted(times):
    cast = a_cast()

    def object_or_stop(access: AccessRequest) -> object:
        liaison = access.liaisons.get(hold__source=cast.other_source)
        source = fresh(cast.other_source)
        try:
            return source_actions.answer(
                liaison, answer="objects", family="content", by=source, now=ASKED
            )
        except Refused:
            return source_actions.stop_contact(access, by=source, now=ASKED)

    for access, outcome, _heard in race(
        times, cast, lambda a: conclude(a, cast), object_or_stop, answered
    ):
        if isinstance(outcome, Refused):
            assert access.state == states.WITH_LEAD
        else:
            assert access.stopped_by == cast.other_source
        assert not AccessRequest.objects.granted(ASKED.date()).filter(pk=access.pk).exists()


@FEW
def test_a_source_who_lets_go_meanwhile_makes_no_contact(times):
    cast = a_cast()
    for access, outcome, _gone in race(
        times,
        cast,
        lambda a: conclude(a, cast),
        lambda a: let_go(a.liaisons.get(hold__source=cast.source).hold, now=ASKED),
        answered,
    ):
        liaison = access.liaisons.get(hold__source=cast.source)
        assert not liaison.hold.is_standing
        if isinstance(outcome, Refused):
            assert access.state == states.BEING_BROKERED


@FEW
def test_a_source_is_asked_once_by_two_members(times):
    cast = a_cast()
    for access, one, other in race(
        times,
        cast,
        lambda a: desk_actions.ask_sources(a, by=fresh(cast.member), now=ASKED),
        lambda a: desk_actions.ask_sources(a, by=fresh(cast.colleague), now=ASKED),
        agreed,
    ):
        assert refusals(one, other) == 1
        assert access.liaisons.count() == 2


@pytest.mark.parametrize("kind", ["access_to_agree", "contact_asked"])
def test_what_is_decided_while_the_clock_reminds_is_not_reminded_of(kind):
    cast, later = a_cast(), ASKED + DAY
    if kind == "access_to_agree":
        access = sent(cast)
        subject = access.reference
        act = partial(manager_actions.agree, access, by=fresh(cast.manager), now=later)
    else:
        liaison = asking(cast).liaisons.get(hold__source=cast.source)
        subject = liaison.reference
        by = fresh(cast.source)
        said = {"answer": "give_contact", "family": "content"}
        act = partial(source_actions.answer, liaison, **said, by=by, now=later)
    done = Event()
    with a_crowd(2) as crowd:
        crowd.at_once(partial(slowly, act, done), partial(remind_after, done, later))
    assert not Notice.objects.owed().filter(kind=kind, subject=subject).exists()


def slowly(act, done: Event):
    """Do an act whose transaction ends only after somebody else waits for it."""
    with transaction.atomic():
        act()
        done.set()
        until(lambda: how_many_wait() == 1)


def remind_after(done: Event, now):
    done.wait(30)
    raise_reminders(now)
