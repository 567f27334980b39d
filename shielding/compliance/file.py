"""Figures as a file of rows that a spreadsheet reads, and takes none of them for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins so is counted out by a spreadsheet, or splits its row.
_OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as comma-separated text, with what begins as a formula made words."""
    text = io.StringIO()
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_OF_FORMULAS) else cell
