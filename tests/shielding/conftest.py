"""Somebody who can sign in."""

import pytest

from tests.support.people import a_practitioner


@pytest.fixture
def person():
    return a_practitioner(email="ann@council.example", name="Ann Example")
