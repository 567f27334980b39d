"""What a field for a number, a reference or an address takes off what is typed or pasted."""

import pytest

from logbook.bare import bare, joined, visible

ZERO_WIDTH, BYTE_ORDER, SOFT, LEFT_TO_RIGHT = "\u200b", "\ufeff", "\u00ad", "\u202a"
NO_BREAK, NARROW_NO_BREAK, NO_BREAK_HYPHEN, MINUS = "\u00a0", "\u202f", "\u2011", "\u2212"


@pytest.mark.parametrize(
    "around",
    [ZERO_WIDTH, BYTE_ORDER, SOFT, LEFT_TO_RIGHT, NO_BREAK, NARROW_NO_BREAK, NO_BREAK_HYPHEN,
     MINUS, "–", "— ", "- ", "\t", "\ufe0f", "\u2800", "\u3164", "\u2028"],
)  # fmt: skip
def test_what_nobody_meant_is_taken_off_around(around):
    assert bare(f"{around}a b-c{around}") == "a b-c"


def test_inside_only_what_shows_as_nothing_goes():
    assert bare(f"a{ZERO_WIDTH}b {SOFT}c{NO_BREAK}d{NO_BREAK_HYPHEN}e") == (
        f"ab c{NO_BREAK}d{NO_BREAK_HYPHEN}e"
    )
    assert joined(f"a{ZERO_WIDTH}b {SOFT}c{NO_BREAK}d{NO_BREAK_HYPHEN}e{MINUS}f") == "abcdef"


@pytest.mark.parametrize("turning", ["\u202e", "\u202b", "\u2067", "\u200f", "\u061c"])
def test_what_turns_text_round_stays_to_be_refused(turning):
    assert bare(f"{turning}abc") == f"{turning}abc"


def test_a_dash_before_a_day_stays_to_be_refused():
    assert visible(f"{NO_BREAK}{ZERO_WIDTH}-1 {BYTE_ORDER}") == "-1"


def test_controls_stay_to_be_refused():
    assert bare("a\x00b\x7f") == "a\x00b\x7f"


def test_a_page_full_of_dashes_is_read_once():
    """A pattern would try anew from each of them: minutes, and somebody could post many."""
    dashes = "-" * 200_000
    assert bare(f"{dashes}x{dashes}x{dashes}") == f"x{dashes}x"
