"""What an act of an import refuses by itself, whatever the page showed before."""

import pytest

from shielding.accounts.bulk import actions, policies
from shielding.accounts.bulk.models import FileImport
from shielding.accounts.models import User
from shielding.web.refusals import NotAllowed, WrongState
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW

pytestmark = pytest.mark.django_db
FILE = b"name,email,service,manager,phone\n"


@pytest.fixture
def members() -> list[User]:
    return [an_iw_member() for _ in range(3)]


@pytest.fixture
def found(members) -> FileImport:
    return actions.propose("people", FILE, rows=1, by=members[0], now=NOW)


def test_nobody_but_the_iw_team_imports(found):
    outsider = a_practitioner()
    with pytest.raises(NotAllowed, match="not_iw"):
        actions.propose("people", b"other", rows=1, by=outsider, now=NOW)
    with pytest.raises(NotAllowed, match="second_person"):
        actions.confirm(found, FILE, by=outsider, now=NOW)
    with pytest.raises(NotAllowed, match="not_iw"):
        actions.take_back(found, by=outsider, now=NOW)


def test_another_file_is_confirmed_by_nobody(found, members):
    with pytest.raises(WrongState, match="another_file"):
        actions.confirm(found, b"other", by=members[1], now=NOW)


def test_before_it_is_confirmed_nobody_stands_behind_its_rows(found, members):
    assert not policies.both_count(found, {one.pk: one for one in members})
    with pytest.raises(NotAllowed, match="second_person"):
        actions.finish(found, left_out=0, by=members[1], now=NOW)


def test_over_it_is_finished_once_and_does_no_row(found, members):
    actions.confirm(found, FILE, by=members[1], now=NOW)
    over = actions.finish(found, left_out=0, by=members[1], now=NOW)
    again = actions.finish(found, left_out=3, by=members[2], now=NOW)
    assert (again.finished_at, again.left_out) == (over.finished_at, 0)
    with pytest.raises(actions.Halted):
        actions.claim_row(found, b"x" * 32, by=members[1], now=NOW)
