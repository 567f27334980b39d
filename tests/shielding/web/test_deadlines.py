"""A due date in words."""

from datetime import date, timedelta

import pytest

from shielding.web.deadlines import SOON_SIX_MONTHS, deadline

TODAY = date(2026, 3, 9)


@pytest.mark.parametrize(
    ("days", "words", "colour"),
    [
        (-3, "3 days overdue", "red"),
        (-1, "1 day overdue", "red"),
        (0, "Due today", "orange"),
        (1, "1 day left", "yellow"),
        (2, "2 days left", "yellow"),
        (3, "3 days left", ""),
    ],
)
def test_words_and_colour(days, words, colour):
    due = deadline(TODAY + timedelta(days), TODAY)
    assert (due.words, due.colour) == (words, colour)


def test_soon_is_longer_for_six_months():
    assert deadline(TODAY + timedelta(14), TODAY, soon=SOON_SIX_MONTHS).colour == "yellow"
    assert deadline(TODAY + timedelta(15), TODAY, soon=SOON_SIX_MONTHS).colour == ""
