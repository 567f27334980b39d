"""How a phone number is dialled, which is not always how it is written."""

import pytest

from shielding.phone_numbers import as_dialled


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("01632 960 002", "01632960002"),
        ("01632 960 002 ext 12", "01632960002"),
        ("+44 (0)1632 960002", "+441632960002"),
        ("(01632) 960002", "01632960002"),
        ("01632 960 002 or 01632 960 003", "01632960002"),
        ("999", "999"),
    ],
)
def test_a_link_dials_one_number_and_no_extension(written, dialled):
    assert as_dialled(written) == dialled
