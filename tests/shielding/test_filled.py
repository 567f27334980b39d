"""What a state promises is there, or nothing goes on."""

import pytest

from shielding.filled import filled


@pytest.mark.parametrize("value", ["words", "", 0, False])
def test_what_is_there_is_returned(value):
    assert filled(value) is value


def test_what_is_not_there_stops_the_act():
    with pytest.raises(ValueError, match="is filled"):
        filled(None)
