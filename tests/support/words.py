"""Which words no page, mail or letter says, read from `docs/words.md`."""

import re
from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "docs" / "words.md"

_ROW = re.compile(r"^\| (?!not |---)([^|]+)\|[^|]*\|([^|]*)\|$", re.MULTILINE)


@cache
def _table() -> tuple[re.Pattern[str], list[str]]:
    """Return a pattern of all banned words, and the phrases in which they are right."""
    rows = _ROW.findall(TABLE.read_text(encoding="utf-8"))
    words = [word.strip() for banned, _but in rows for word in banned.split(",")]
    assert len(words) > 15
    longest_first = sorted(words, key=len, reverse=True)
    pattern = rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"
    right = [phrase for _banned, but in rows for phrase in re.findall("“([^”]+)”", but)]
    return re.compile(pattern, re.IGNORECASE), right


def banned_in(text: str) -> list[str]:
    """Return the banned words of a text in the order in which they stand there."""
    pattern, right = _table()
    plain = " ".join(text.split())
    for phrase in right:
        plain = re.sub(re.escape(phrase), "", plain, flags=re.IGNORECASE)
    return pattern.findall(plain)
