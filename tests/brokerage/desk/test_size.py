"""What one access request's page costs at the desk: few statements, however many sources."""

import pytest

from brokerage import states
from brokerage.desk import actions
from tests.brokerage.support.cast import ASKED, a_cast, agreed, in_state
from tests.brokerage.support.desk import page_of
from tests.requests_app.support.desk import at_desk
from tests.support.people import a_practitioner
from tests.support.requests import NOW, a_number
from tests.support.shielded_records import shielded_for
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
# Two of them say who else is at it.
MOST = 25
NEVER_SENT = (states.DRAFT, states.DISCARDED)


def statements(member, access):
    browser = at_desk(member)
    with Statements() as queries:
        assert browser.get(page_of(access)).status_code == 200
    begins = ("SELECT", "INSERT", "UPDATE")
    return len([one for one in queries if one["sql"].lstrip().startswith(begins)])


@pytest.mark.parametrize("state", [one for one in states.LABELS if one not in NEVER_SENT])
def test_in_every_state(state):
    cast = a_cast()
    access = in_state(cast, state)
    for person in (cast.member, cast.colleague, cast.lead):
        assert statements(person, access) <= MOST


def test_with_any_number_of_sources():
    cast, costs = a_cast(), set()
    for how_many in (1, 3, 12):
        number = a_number()
        shielded_for(*(a_practitioner() for _ in range(how_many)), number=number, now=NOW)
        access = agreed(cast, number=number)
        actions.ask_sources(access, by=cast.member, now=ASKED)
        costs.add(statements(cast.lead, access))
    assert len(costs) == 1
    assert costs.pop() <= MOST
