"""Somebody moves while they send a request, are handed over, or their new service closes."""

from functools import partial

import pytest
from django.utils import timezone

from requests_app.practitioner import actions as practitioner
from shielding.accounts import actions as directory
from shielding.accounts.models import Service, User
from shielding.holds.hand_over import actions as hand_overs
from shielding.holds.hand_over.models import HandOver
from shielding.holds.moves import actions as moves
from shielding.models import Hold
from shielding.web.refusals import Refused
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_draft

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def move(person: User, to: Service, by: User, how: str = "along") -> None:
    shown = hand_overs.references_in_hand(person)
    given = {"manager": None, "how": how, "seen": shown, "by": fresh(by), "now": timezone.now()}
    moves.move_person(person, to=to, **given)


@counts(6, 200)
def test_a_request_sent_at_once_is_of_the_service_its_practitioner_was_in(times):
    member = an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            person, to = a_practitioner(), a_service()
            draft = a_draft(person, now=timezone.now())
            send = partial(practitioner.submit, draft, by=fresh(person), now=timezone.now())
            sent, moved = crowd.at_once(send, partial(move, person, to, member))
            assert not isinstance(sent, Refused)
            hold = Hold.objects.get(source=person)
            if isinstance(moved, Refused):  # it was sent before, and the page had not shown it
                assert (moved.code, fresh(person).service) == ("holds_changed", hold.service)
            else:
                assert fresh(person).service == to
                sent.refresh_from_db()
                assert sent.service == hold.service
                # Sent after the move it is of the new one; before it, it was counted with the rest.
                assert hold.service == to
    assert replay()[0] == []


@counts(6, 200)
def test_nobody_is_in_a_service_that_closed(times):
    member, other = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            person, to = a_practitioner(), a_service()
            crowd.at_once(
                partial(move, person, to, member),
                partial(directory.close_service, to, by=fresh(other), now=timezone.now()),
            )
            to.refresh_from_db()
            assert to.is_open == User.objects.in_service(to).exists()


@counts(6, 200)
def test_no_hand_over_is_between_two_services(times):
    member, first, second = an_iw_member(), an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            person, to = a_practitioner(), a_service()
            colleague = a_practitioner(service=person.service)
            propose = partial(
                hand_overs.propose, person, to=colleague, by=fresh(first), now=timezone.now()
            )
            proposed, moved = crowd.at_once(propose, partial(move, person, to, member))
            assert isinstance(proposed, Refused) != isinstance(moved, Refused)
            if isinstance(proposed, HandOver):
                confirm = partial(hand_overs.confirm, proposed, seen=[], by=fresh(second))
                done, moved = crowd.at_once(
                    partial(confirm, now=timezone.now()),
                    partial(move, person, to, member, "handed_over"),
                )
                assert not isinstance(done, Refused)
                assert fresh(person).service == (
                    person.service if isinstance(moved, Refused) else to
                )
    assert replay()[0] == []


@counts(6, 200)
def test_moved_by_two_at_once_they_are_in_one_of_the_two(times):
    first, second = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            person, one, other = a_practitioner(), a_service(), a_service()
            outcomes = crowd.at_once(
                partial(move, person, one, first), partial(move, person, other, second)
            )
            assert outcomes == [None, None]
            assert fresh(person).service in (one, other)
    assert replay()[0] == []
