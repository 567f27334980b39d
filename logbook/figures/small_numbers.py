"""What of a count may leave the team: small numbers are hidden, and cannot be worked out either.

Counts of 1 to 5 are shown as "c"; a true 0 is shown. That alone gives a number away where the same
things are counted in two tables, or with a sum known from elsewhere: what is hidden in one table is
then the rest. So:

- A table with something hidden hides its smallest count over 5 too, wherever it stands.
- Where a table has something small and nothing over 5 to hide with it, no count but 0 is shown, in
  any of the tables: their sum itself would be small.

Both say "c". Why no "c" can be worked out, even by who knows these rules: in the first case the
hidden numbers of a table could stand in any order and everything shown would be the same, and they
are not all equal. In the second case the table with the most "c" could hold any numbers from 1 to 5
and the others whatever adds up. Hiding more only where it is needed would itself tell: it would be
needed only where all are 1, or all 5.
"""

from collections.abc import Mapping, Sequence

SMALL = range(1, 6)
HIDDEN = "c"


def shown(tables: Sequence[Mapping[str, int]]) -> list[dict[str, str]]:
    """Return one-way tables over the same things as they may be shown.

    Refuses tables that do not add up to the same, and negative counts: they are not over the same
    things, and the rules would promise nothing. Process document: figures that leave the team.
    """
    if len({sum(table.values()) for table in tables}) > 1:
        raise ValueError("tables over the same things add up to the same")
    if any(count < 0 for table in tables for count in table.values()):
        raise ValueError("a count cannot be negative")
    alone = any(_smallest_to_hide(table) is None for table in tables if _has_small(table))
    return [_one(table, everything=alone) for table in tables]


def _one(table: Mapping[str, int], *, everything: bool) -> dict[str, str]:
    hidden = set(table.values()) if everything else set(SMALL)
    if _has_small(table) and not everything:
        hidden.add(_smallest_to_hide(table) or 0)
    return {
        name: HIDDEN if count and count in hidden else str(count) for name, count in table.items()
    }


def _has_small(table: Mapping[str, int]) -> bool:
    return any(count in SMALL for count in table.values())


def _smallest_to_hide(table: Mapping[str, int]) -> int | None:
    return min((count for count in table.values() if count > max(SMALL)), default=None)
