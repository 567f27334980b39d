"""While the second of two decides, whoever acted first is not suspended: the one or the other.

The second's act is not yet committed when the suspension of the first begins: it must wait.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from requests_app.desk import actions as desk
from shielding.accounts import role_grants
from shielding.accounts.models import User
from shielding.holds.hand_over import actions as hand_over
from shielding.roles import Role
from shielding.unshield import actions as unshield
from shielding.unshield import other_ends
from shielding.web.refusals import WrongState
from tests.concurrency.support.crowd import how_many_wait, until
from tests.concurrency.support.sessions import two_sessions
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import being_unshielded, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
Acts = tuple[User, Callable[[], Any]]


def a_role(second: User) -> Acts:
    first, moves, _remains = an_administrator(), an_auditor(), an_auditor()
    grant = role_grants.propose_role(
        moves, role=Role.ADMINISTRATOR, is_lead=False, by=first, now=NOW
    )
    return first, lambda: role_grants.confirm_role(grant, by=second, now=NOW)


def not_agreed(second: User) -> Acts:
    first, request = an_iw_member(), a_request()
    request = desk.propose_not_agreed(
        request, reason="objection", seen=request.changed_at, by=first, now=NOW
    )
    return first, lambda: desk.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=second, now=NOW
    )


def an_end(second: User) -> Acts:
    first, (hold,) = an_iw_member(), shielded_for()
    record = other_ends.propose_end(hold.record, code="archived", by=first, now=NOW)
    return first, lambda: other_ends.confirm_end(
        record, seen=[hold.reference], attested=True, no_duplicate=True, by=second, now=NOW
    )


def a_hand_over(second: User) -> Acts:
    first, leaver = an_iw_member(), a_practitioner(service=a_service())
    to = a_practitioner(service=leaver.service)
    proposed = hand_overs.proposed(leaver, to=to, now=NOW, by=first)
    return first, lambda: hand_over.confirm(proposed, seen=[], by=second, now=NOW)


def an_unshield(second: User) -> Acts:
    first = an_iw_member()
    record = being_unshielded(first)
    return first, lambda: unshield.confirm_unshield(record, by=second, now=NOW + DAY)


@pytest.mark.parametrize("begun", [a_role, not_agreed, an_end, a_hand_over, an_unshield])
def test_a_suspension_waits_for_the_second_step_to_end(begun):
    second = an_iw_member(lead=True)
    first, confirm = begun(second)
    with two_sessions() as (session, _):
        with transaction.atomic():
            confirm()
            locking = "SELECT id FROM accounts_user WHERE id = %s FOR NO KEY UPDATE"
            waiting = session.start(locking, first.pk)
        assert waiting.result(10) == first.pk
    connection.close()


def test_what_somebody_else_proposed_anew_meanwhile_is_looked_at_again():
    """Nobody confirms what they did not read: the first step is another's by now."""
    first, second, third = (an_iw_member() for _ in range(3))
    (hold,) = shielded_for()
    record = other_ends.propose_end(hold.record, code="archived", by=first, now=NOW)
    given = {"seen": [hold.reference], "attested": True, "no_duplicate": True}

    def confirm() -> str:
        try:
            other_ends.confirm_end(record, **given, by=second, now=NOW)
        except WrongState as refused:
            return refused.code
        finally:
            connections.close_all()
        return "confirmed"

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=first.pk)
            waiting = thread.submit(confirm)
            until(lambda: how_many_wait() == 1)
            taken_back = other_ends.withdraw_end(record, by=third, now=NOW)
            other_ends.propose_end(taken_back, code="died", by=third, now=NOW)
        assert waiting.result(30) == "taken_anew"
