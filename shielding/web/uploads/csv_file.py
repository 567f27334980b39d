"""Reading a CSV file that a member uploads: every row that cannot be read is named by its line.

Nothing that stands in the file is repeated in a message: it may be a record number.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from django import forms

from logbook.bare import visible
from shielding.web.fields import ORDINARY, is_ordinary

MOST_ROWS = 5_000
# With one of these a spreadsheet takes a cell for a formula, and may have changed what it says.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKS_OF_OTHERS = (b"\xff\xfe", b"\xfe\xff")
_ACCEPT = ".csv,text/csv"
WHOLE_FILE = 0


@dataclass(frozen=True)
class Column:
    """A column a file has: its name in the first line, and what may stand in it."""

    name: str
    longest: int
    required: bool = True
    may_begin_with_plus: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a file, by the line at which it ends, its cells by column."""

    number: int
    cells: dict[str, str]

    @property
    def as_kept(self) -> tuple[str, ...]:
        """The cells in the order of the columns, whatever order the file has."""
        return tuple(self.cells[name] for name in sorted(self.cells))


@dataclass
class Problems:
    """What is wrong, each in words, with the lines of which it is."""

    lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, number: int, words: str) -> None:
        self.lines.setdefault(words, []).append(number)

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def numbers(self) -> set[int]:
        """The lines with which anything is wrong."""
        return {number for numbers in self.lines.values() for number in numbers}

    @property
    def shown(self) -> list[str]:
        """One sentence for each thing that is wrong, with its lines, in their order."""
        return [
            words if numbers == [WHOLE_FILE] else f"{_lines(numbers)}: {words}"
            for words, numbers in sorted(self.lines.items(), key=lambda one: min(one[1]))
        ]


@dataclass(frozen=True)
class Table:
    """A file that was read: its rows, and what of it could not be read."""

    lines: list[Line]
    problems: Problems


class CsvFileField(forms.FileField):
    """A CSV file, as the bytes that were sent. What it is called is not looked at."""

    def __init__(self) -> None:
        super().__init__(
            label="CSV file",
            help_text=f"Saved as “CSV UTF-8”, with at most {MOST_ROWS:,} rows.",
            error_messages={
                "required": "Select a CSV file",
                "empty": "The file is empty",
                "invalid": "Select a CSV file",
                "missing": "Select a CSV file",
            },
            widget=forms.FileInput(attrs={"accept": _ACCEPT}),
        )

    def clean(self, data: Any, initial: Any = None) -> bytes:
        return bytes(super().clean(data, initial).read())


def read(content: bytes, columns: tuple[Column, ...]) -> Table:
    """Return the rows of a CSV file with these columns, in whatever order.

    Separated by commas or semicolons, in UTF-8 with or without its mark; any other encoding is
    refused, as guessing it would change names. Empty lines are left out.
    """
    problems = Problems()
    text = _text(content)
    if text is None:
        problems.add(WHOLE_FILE, "This is not a CSV file in UTF-8. Save it as “CSV UTF-8”.")
        return Table([], problems)
    first = next(iter(text.splitlines()), "")
    separator = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return Table(_lines_of(reader, columns, problems), problems)
    except csv.Error:
        problems.add(reader.line_num, "The file cannot be read from here on: check the quotes")
        return Table([], problems)


def _text(content: bytes) -> str | None:
    if content.startswith(_MARKS_OF_OTHERS) or b"\x00" in content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


class _Reader(Protocol):
    """What reads the lines of a CSV file: `csv` names no type of it."""

    line_num: int

    def __next__(self) -> list[str]: ...
    def __iter__(self) -> Iterator[list[str]]: ...


def _lines_of(reader: _Reader, columns: tuple[Column, ...], problems: Problems) -> list[Line]:
    found: list[Line] = []
    names = [visible(cell).strip().lower() for cell in next(reader, [])]
    wanted = [column.name for column in columns]
    if sorted(names) != sorted(wanted):
        problems.add(WHOLE_FILE, f"The first line has to name these columns: {', '.join(wanted)}.")
        return found
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST_ROWS:
            problems.add(WHOLE_FILE, f"The file has more than {MOST_ROWS:,} rows. Split it.")
            return found
        if len(cells) != len(names):
            problems.add(reader.line_num, "It has more or fewer cells than the first line")
            found.append(Line(reader.line_num, dict.fromkeys(names, "")))
            continue
        plain = (unicodedata.normalize("NFC", cell.strip(" \t\u00a0")) for cell in cells)
        found.append(Line(reader.line_num, dict(zip(names, plain, strict=True))))
    if not found:
        problems.add(WHOLE_FILE, "The file has no row below its first line.")
    broken = problems.numbers
    for line in found:
        if line.number not in broken:
            _look_at(line, columns, problems)
    return found


def _look_at(line: Line, columns: tuple[Column, ...], problems: Problems) -> None:
    for column in columns:
        cell = line.cells[column.name]
        if not cell:
            if column.required:
                problems.add(line.number, f"“{column.name}” is empty")
        elif len(cell) > column.longest:
            problems.add(line.number, f"“{column.name}” is longer than {column.longest} characters")
        elif cell.startswith(_FORMULA) and not (
            column.may_begin_with_plus and cell.startswith("+")
        ):
            problems.add(line.number, f"“{column.name}” begins as a formula does")
        elif not is_ordinary(cell):
            problems.add(line.number, f"“{column.name}”: {ORDINARY[0].lower()}{ORDINARY[1:]}")


def _lines(numbers: list[int]) -> str:
    """Return lines in words, those that follow each other together."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    words = [str(one) if one == other else f"{one} to {other}" for one, other in spans]
    return f"{'Line' if len(set(numbers)) == 1 else 'Lines'} {', '.join(words)}"
