"""A suspension, as the tests of what follows from it begin."""

import pytest

from tests.shielding.holds.support.suspensions import Case
from tests.support.replay import replay


@pytest.fixture
def case():
    made = Case()
    yield made
    assert replay()[0] == []


@pytest.fixture
def stopped(case):
    case.suspend()
    return case
