"""How long a shield has waited, in words and in the colour of it: red is for what is late."""

from datetime import UTC, datetime, timedelta

import pytest

from shielding.records.presenters import waiting_tag

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("waited", "colour"),
    [
        (HOUR - MINUTE, "blue"),
        (HOUR, "yellow"),
        (4 * HOUR - MINUTE, "yellow"),
        (4 * HOUR, "orange"),
        (24 * HOUR - MINUTE, "orange"),
        (24 * HOUR, "red"),
    ],
)
def test_its_colour_changes_when_the_team_is_told_again(waited, colour):
    assert waiting_tag(NOW - waited, NOW).colour == colour


def test_what_may_be_open_this_minute_is_red_at_once():
    assert waiting_tag(NOW, NOW, check_now=True).colour == "red"
