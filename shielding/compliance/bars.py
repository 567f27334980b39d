"""Bars, as a picture that the server draws: no more of a number than its table says."""

from collections.abc import Mapping
from dataclasses import dataclass

# Of the picture's own units, which the page stretches to its width.
_LABELS, _BARS, _NUMBERS = 44, 236, 40
_A_ROW, _THICK = 24, 16


@dataclass(frozen=True)
class Bar:
    """One bar, with its label before it and its number behind it; without a length, only these."""

    label: str
    number: str
    y: int
    length: int

    @property
    def words_y(self) -> int:
        return self.y + _THICK - 3

    @property
    def number_x(self) -> int:
        return _LABELS + self.length + 6


@dataclass(frozen=True)
class Bars:
    """The picture: its size and its bars, the longest as long as there is room for."""

    bars: list[Bar]

    x = _LABELS
    thick = _THICK
    width = _LABELS + _BARS + _NUMBERS

    @property
    def height(self) -> int:
        return _A_ROW * len(self.bars)


def bars(numbers: Mapping[str, str]) -> Bars:
    """Return the bars of numbers by label. What is no number, being hidden, has none."""
    counts = {label: int(words) if words.isdecimal() else 0 for label, words in numbers.items()}
    longest = max(counts.values(), default=0) or 1
    return Bars(
        [
            Bar(label, numbers[label], at * _A_ROW, round(_BARS * counts[label] / longest))
            for at, label in enumerate(numbers)
        ]
    )
