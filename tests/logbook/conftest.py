"""The reader of the logbook's pages."""

import pytest

from tests.support.people import an_auditor


@pytest.fixture
def auditor(client):
    """An auditor, signed in."""
    person = an_auditor(name="Ada Auditor")
    client.force_login(person)
    return person
