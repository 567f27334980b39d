"""What takes two members: the first step taken by one, and what the second would do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from logbook.references import new_reference
from requests_app.desk import actions as desk
from shielding.accounts import role_grants, suspending
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.hand_over import actions as hand_over
from shielding.roles import Role
from shielding.unshield import actions as unshield
from shielding.unshield import other_ends
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_administrator
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import DAY, GONE, being_unshielded, shielded_for

Second = Callable[[User], Any]
# When each of them is taken, at the latest, and when the second confirms.
TAKEN, CONFIRMED = NOW + DAY, NOW + 2 * DAY


def an_unshield(first: User) -> Second:
    record = being_unshielded(first)
    return lambda by: unshield.confirm_unshield(record, by=by, now=CONFIRMED)


def an_end(first: User) -> Second:
    (hold,) = shielded_for()
    record = other_ends.propose_end(hold.record, code="archived", by=first, now=TAKEN)
    given: dict[str, Any] = {"seen": [hold.reference], "attested": True, "no_duplicate": True}
    return lambda by: other_ends.confirm_end(record, **given, by=by, now=CONFIRMED)


def a_hand_over(first: User) -> Second:
    leaver = a_practitioner(service=a_service())
    to = a_practitioner(service=leaver.service)
    proposed = hand_overs.proposed(leaver, to=to, now=TAKEN, by=first)
    return lambda by: hand_over.confirm(proposed, seen=[], by=by, now=CONFIRMED)


def not_agreed(first: User) -> Second:
    request = a_request()
    request = desk.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=first, now=TAKEN
    )
    given: dict[str, Any] = {"no_duplicate": True, "seen": request.changed_at}
    return lambda by: desk.confirm_not_agreed(request, **given, by=by, now=CONFIRMED)


def a_word(first: User) -> Second:
    (hold,) = shielded_for()
    User.objects.filter(pk=hold.source_id).update(is_active=False)
    letting_go.withdraw(hold, parting=GONE, by=first, now=TAKEN)
    return lambda by: letting_go.attest_word(hold, phoned=True, by=by, now=CONFIRMED)


def stopped_and_let_in(person: User) -> None:
    """Suspend somebody after their step, and let them in again before the second's."""
    hour = timedelta(hours=1)
    suspending.suspend(person, by=an_administrator(), now=TAKEN + hour)
    suspending.reactivate(person, by=an_administrator(), now=TAKEN + 2 * hour)


def given_a_role(by: User, *, now: Any = NOW - 2 * DAY) -> User:
    """Return a member whom an administrator proposed, and this lead confirmed, two days before."""
    grant = role_grants.propose_account(
        name="New Member",
        email=f"{new_reference().lower()}@council.example",
        role=Role.IW,
        is_lead=False,
        by=an_administrator(),
        now=now,
    )
    role_grants.confirm_role(grant, by=by, now=now)
    return User.objects.get(pk=grant.person_id)
