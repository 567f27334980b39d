"""Here the second factor is asked for, as it is wherever the product is in use."""

import pytest


@pytest.fixture(autouse=True)
def _asked_for(settings):
    settings.SECOND_FACTOR = True
