"""Small numbers: hidden, and not to be worked out from all that is shown, by whatever reader.

The solvers here know nothing of how the code decides: one tries every pair of small tables, one
bounds each hidden cell by arithmetic, one puts the hidden numbers in another order.
"""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from logbook.figures.small_numbers import HIDDEN, shown

COUNTS = st.one_of(st.integers(0, 8), st.integers(0, 200))


@st.composite
def two_tables(draw):
    """Return two tables over the same things: as many in the one as in the other."""
    one = draw(st.lists(COUNTS, min_size=1, max_size=7))
    left, other = sum(one), []
    for _ in range(draw(st.integers(0, 6))):
        other.append(draw(st.integers(0, min(left, draw(st.sampled_from([1, 5, 8, 200]))))))
        left -= other[-1]
    other.insert(draw(st.integers(0, len(other))), left)
    return one, other


def published(*tables):
    """Return what is shown of tables without names, in their order."""
    named = [{str(place): count for place, count in enumerate(table)} for table in tables]
    return tuple(tuple(table.values()) for table in shown(named))


# --- The rule -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "as_shown"),
    [
        ([0, 0], [0], (("0", "0"), ("0",))),
        ([6, 7], [13], (("6", "7"), ("13",))),
        ([5, 6, 9], [20], (("c", "c", "9"), ("20",))),
        ([1, 30, 9, 0], [40], (("c", "30", "c", "0"), ("40",))),
        ([2, 3, 30, 9], [44, 0], (("c", "c", "30", "c"), ("44", "0"))),
        ([3, 9, 9, 20], [41], (("c", "c", "c", "20"), ("41",))),
        ([3], [3, 0], (("c",), ("c", "0"))),
        ([1, 1, 4], [6, 0], (("c", "c", "c"), ("c", "0"))),
        ([1, 1, 4, 0], [6], (("c", "c", "c", "0"), ("c",))),
        ([5, 5, 5], [1, 1, 1, 12], (("c", "c", "c"), ("c", "c", "c", "c"))),
    ],
)
def test_what_is_hidden(one, other, as_shown):
    assert published(one, other) == as_shown


def test_a_table_alone_is_guarded_against_a_sum_known_from_elsewhere():
    assert published([4, 10, 12]) == (("c", "c", "12"),)
    assert published([4, 0]) == (("c", "0"),)


def test_tables_that_are_not_over_the_same_things_are_refused():
    with pytest.raises(ValueError, match="add up to the same"):
        shown([{"a": 1}, {"b": 2}])
    with pytest.raises(ValueError, match="negative"):
        shown([{"a": -1, "b": 2}, {"c": 1}])


@given(two_tables())
def test_small_counts_are_hidden_and_what_is_shown_is_true(tables):
    for table, row in zip(tables, published(*tables), strict=True):
        for count, cell in zip(table, row, strict=True):
            assert cell in (HIDDEN, str(count))
            assert (cell == HIDDEN) >= (1 <= count <= 5)
            assert (cell == HIDDEN) <= (count > 0)


# --- No hidden cell can be worked out -------------------------------------------------------------
@pytest.mark.parametrize(
    ("wide", "deep", "most"),
    [(1, 1, 8), (1, 2, 8), (2, 2, 8), (3, 2, 8), (4, 1, 8), (3, 3, 8), (6, 1, 3)],
)
def test_by_who_knows_the_rule_and_tries_every_pair_of_tables(wide, deep, most):
    """All the pairs of tables that look alike: each hidden cell has two values among them."""
    by_sum = defaultdict(list)
    for other in product(range(most * wide + 1 if deep == 1 else most + 1), repeat=deep):
        by_sum[sum(other)].append(other)
    values = {}
    for one in product(range(most + 1), repeat=wide):
        for other in by_sum[sum(one)]:
            rows = published(one, other)
            seen = values.setdefault(rows, [set() for _ in range(wide + deep)])
            for cell, count in zip(seen, (*one, *other), strict=True):
                cell.add(count)
    given_away = [
        rows
        for rows, cells in values.items()
        for shown_as, cell in zip(rows[0] + rows[1], cells, strict=True)
        if shown_as == HIDDEN and len(cell) < 2
    ]
    assert given_away == []
    assert len(values) > 1


@given(two_tables(), st.randoms())
@settings(max_examples=300)
def test_hidden_numbers_in_another_order_look_the_same(tables, random):
    rows = published(*tables)
    assume(any(cell not in (HIDDEN, "0") for row in rows for cell in row))
    for number, row in enumerate(rows):
        hidden = [place for place, cell in enumerate(row) if cell == HIDDEN]
        assert not hidden or len({tables[number][place] for place in hidden}) > 1
        mixed = list(tables[number])
        for place, other in zip(hidden, random.sample(hidden, len(hidden)), strict=True):
            mixed[place] = tables[number][other]
        again = [mixed if n == number else table for n, table in enumerate(tables)]
        assert published(*again) == rows


@given(two_tables())
@settings(max_examples=300)
def test_bounds_from_both_tables_leave_each_hidden_cell_open(tables):
    """Whoever only knows what "c" may be, and that both tables add up to the same."""
    rows = published(*tables)
    sums = [_bounds_of_sum(row) for row in rows]
    least, most = max(low for low, _ in sums), min(high for _, high in sums)
    for row in rows:
        others = row.count(HIDDEN) - 1
        known = sum(int(cell) for cell in row if cell != HIDDEN)
        if others < 0:
            continue
        low = max(1, least - known) if others == 0 else 1
        high = most - known - others
        assert high > low, (tables, rows)


def _bounds_of_sum(row):
    known = sum(int(cell) for cell in row if cell != HIDDEN)
    hidden = row.count(HIDDEN)
    return known + hidden, known if not hidden else float("inf")
