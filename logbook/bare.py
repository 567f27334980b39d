"""What is typed or pasted into a field for a number, a reference or an address, without what
nobody meant: characters that show as nothing, and spaces and dashes around it.

Text pasted from a letter, a table or a message brings such characters along, and whoever pastes it
cannot see why a field refuses it.
"""

import re
import unicodedata

# As they stand between the brackets of a pattern: hyphens, dashes, the minus of a word processor.
DASHES = r"\-\u02d7\u058a\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d"
# Letters and marks by category that show as nothing.
_SHOW_AS_NOTHING = frozenset(
    "\u034f\u115f\u1160\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
# These turn what follows round: what is read is not what is written, so they stay to be refused.
_TURN_ROUND = frozenset("\u061c\u200f\u202b\u202e\u2067")
_EVERY_CHARACTER = "".join(map(chr, range(0x10000)))
# Taken off by `strip`: a pattern that ends in \Z would try anew from each of a million dashes.
_AROUND = "".join(re.findall(rf"[\s{DASHES}]", _EVERY_CHARACTER))
_BETWEEN = re.compile(rf"[\s{DASHES}]+")
# What a browser must not do with such a field, since what stands in it are no words.
NO_WORDS = {
    "autocapitalize": "none",
    "autocorrect": "off",
    "spellcheck": "false",
    "translate": "no",
}


def bare(text: str) -> str:
    """Return a text without invisible characters and without spaces and dashes around it."""
    return visible(text).strip(_AROUND)


def visible(text: str) -> str:
    """Return a text without invisible characters and without spaces around it: for a day.

    A dash before a day may be meant as a minus, so it stays to be refused.
    """
    return "".join(filter(_shows, text)).strip()


def joined(text: str) -> str:
    """Return a text without invisible characters and without any spaces and dashes."""
    return _BETWEEN.sub("", bare(text))


def _shows(character: str) -> bool:
    if character in _TURN_ROUND:
        return True
    return unicodedata.category(character) != "Cf" and character not in _SHOW_AS_NOTHING
