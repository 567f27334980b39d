"""A failure at every single statement of every act: all of it happened, or none of it."""

from typing import Any

import pytest
from django.db import connection

from requests_app.desk.actions import attest_phoned_back
from requests_app.desk.phoned_requests import log_phoned, record_answers
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.unshield import attestations
from tests.requests_app.support.acts import ACTS, RULES
from tests.requests_app.support.cast import LATER, SITUATIONS, Cast, a_cast, everything
from tests.support.failures import PulledOut, PullsOut, fail_at_every_statement
from tests.support.requests import a_number, a_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_failure_at_any_statement_leaves_everything_as_it_was(act_and_cast):
    act, cast = act_and_cast
    fail_at_every_statement(lambda: act(cast))


def _by_the_first_who_may(name: str) -> Any:
    """Return one act of the table of states, in the first situation where it may be done."""
    rule = next(rule for rule in RULES[name] if rule.logged)
    situation, who = next(iter(rule.where)), sorted(rule.who)[0]

    def prepare(cast: Cast) -> Any:
        request = SITUATIONS[situation](cast)
        request.refresh_from_db()
        return lambda cast: ACTS[name](request, cast.people()[who])

    return prepare


def _phone(cast: Cast) -> Any:
    number = a_number()
    return lambda cast: log_phoned(
        reference="IW-2222-2222",
        number=number,
        ground="abuse",
        caller="practitioner",
        practitioner=cast.owner,
        service=cast.owner.service,
        by=cast.member,
        now=LATER,
    )


def _answer_by_phone(cast: Cast) -> Any:
    request = SITUATIONS["phoned_for_nobody"](cast)
    review = {"answer": "still_needed", "views": "no", "sought_by": "", "family_told": "not_yet"}
    given = {"answers": {"siblings": {"siblings_considered": True}}, "review": review}
    seen = request.changed_at
    return lambda cast: record_answers(request, **given, seen=seen, by=cast.member, now=LATER)


def _phone_back(cast: Cast) -> Any:
    request = a_request(cast.owner, ground="other")
    return lambda cast: attest_phoned_back(request, phoned=True, by=cast.member, now=LATER)


def _never_applied(cast: Cast) -> Any:
    request = SITUATIONS["not_agreed"](cast)
    return lambda cast: attestations.attest_never_applied(request.record, by=cast.member, now=LATER)


PREPARED = {name: _by_the_first_who_may(name) for name in ACTS} | {
    "log_phoned": _phone,
    "phone_back": _phone_back,
    "answer_by_phone": _answer_by_phone,
    "never_applied": _never_applied,
}


@pytest.fixture(params=PREPARED)
def act_and_cast(request: pytest.FixtureRequest) -> Any:
    cast = a_cast()
    return PREPARED[request.param](cast), cast


@pytest.mark.behind_the_acts("writes without an act")
def test_what_is_committed_by_halves_would_be_seen():
    """The check above can fail: two writes without a transaction, cut between them."""
    cast = a_cast()
    request = SITUATIONS["draft"](cast)
    before = everything()
    request.points = []
    with pytest.raises(PulledOut), connection.execute_wrapper(PullsOut(1)):
        two_writes(request, cast.owner)
    assert everything() != before


def two_writes(request: Request, owner: User) -> None:
    request.save()
    owner.save()
