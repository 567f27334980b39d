"""The line of managers that tests of deputies begin with, made once for the tests of a file."""

import pytest

from tests.shielding.accounts.deputies.support.deputies import a_line
from tests.support.made_once import made_once


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    with made_once(a_line, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def line(made, db):
    return made()
