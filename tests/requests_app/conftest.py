"""The practitioner whose requests these are, signed in, and a member of the IW Team."""

import pytest

from tests.support.people import a_practitioner, an_iw_member


@pytest.fixture
def person():
    return a_practitioner(name="Sam Carter")


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


@pytest.fixture
def member():
    return an_iw_member(name="Jo Member")
