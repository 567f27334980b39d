"""A suspension, as the tests of what follows from it begin."""

import pytest

from tests.shielding.holds.disputes.support.suspensions import Case
from tests.support.made_once import made_once
from tests.support.replay import replay


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """One for all tests of a file; each begins with a copy of it."""
    with made_once(Case, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def case(made, db, request):
    yield made()
    if not request.node.get_closest_marker("behind_the_acts"):
        assert replay()[0] == []


@pytest.fixture
def stopped(case):
    case.suspend()
    return case
