"""One spelling for everything: what guard.py reads in place of what was typed.

Whoever means well writes a number with spaces; whoever does not writes it with letters, in another
script or with signs nobody sees. Both become the same plain text here. It is read, never kept.
"""

import re
import unicodedata

_WORD = re.compile(r"[A-Za-z0-9|]+")
# Letters that pass for a digit, where the word around them is one of digits.
_FOR_DIGITS = str.maketrans("OoIl|", "00111")
_LOOKS_LIKE_DIGITS = frozenset("0123456789OoIl|")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[OoIl|]{1,4}(?=[0-9])")
# A number between letters, as in a pupil number: begun by what cannot be the end of a word, and
# without the O of October.
_NUMBER_IN_WORD = re.compile(
    r"([A-Za-z]{0,5}?)((?:[0-9OI|]|[ol](?=[OoIl|]{0,30}[0-9]))(?:[0-9Il|]|[Oo](?![Cc][Tt])){1,30})"
    r"([A-Za-z0-9]{0,6})"
)
_GAP = 3

_LOOK_ALIKES = {
    # dashes that are not of the dash category
    **dict.fromkeys("\u2212\u2043\u02d7\u2796\u23af\u2500\u2501\u30fc\u00ac", "-"),
    # quotation marks that end in an apostrophe, dots, slashes
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u02b9\u00b4`\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u00b7\u2022\u2027\u30fb\u3002\u2219\u22c5\u06d4\u0701\u0702", "."),
    **dict.fromkeys("\u2044\u2215\u29f8\u2571", "/"),
    **dict.fromkeys("\u00a6\u01c0\u2223\u2758\u05c0", "|"),
    # Cyrillic and Greek letters drawn like Latin ones
    **dict(zip("АВЕЅІЈКМНОРСТХУ", "ABESIJKMHOPCTXY", strict=True)),
    **dict(zip("аеоѕіјрсху", "aeosijpcxy", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("οινςρ", "oivcp", strict=True)),
}
# Letters in a sign of their own, which Unicode does not take apart into the letter alone.
_LETTER_SIGN = re.compile(
    r"(?:PARENTHESIZED|NEGATIVE (?:CIRCLED|SQUARED)|REGIONAL INDICATOR)"
    r" (?:SYMBOL|LATIN (?:SMALL|CAPITAL)) LETTER ([A-Z])"
)
# Fillers that show as nothing though they count as letters.
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffd")


def normalise(text: str) -> str:
    """Return the text in the one spelling in which it is inspected.

    Compatibility forms, accents, invisible and direction marks are gone; digits, dashes and dots of
    every script are ASCII; letters that stand for digits are digits. Normalising twice changes
    nothing more.
    """
    return _with_digits(plainly(text))


def plainly(text: str) -> str:
    """Return the text as `normalise` does, and as long, but with every letter left a letter.

    A postcode such as OL1 is made of letters that stand for digits.
    """
    bare = "".join(" " if _is_fraction(sign) else _letter_of(sign) for sign in text)
    return "".join(map(_plain, unicodedata.normalize("NFKD", bare)))


def _is_fraction(sign: str) -> bool:
    """Taken apart, ½ after 1 would read as 11/2."""
    return unicodedata.decomposition(sign).startswith("<fraction>")


def _letter_of(sign: str) -> str:
    """Return the letter of a sign such as ⒜ or 🅰, any other character as it is."""
    if sign.isascii():
        return sign
    found = _LETTER_SIGN.fullmatch(unicodedata.name(sign, ""))
    return found[1] if found else sign


def _plain(sign: str) -> str:
    """Return what stands for one character: itself, its plain twin, or nothing."""
    if " " <= sign <= "~" or sign == "\n":
        return sign
    if sign in _LOOK_ALIKES:
        return _LOOK_ALIKES[sign]
    kind = unicodedata.category(sign)
    if sign.isspace() or kind[0] == "Z":
        return "\n" if sign in "\r\u2028\u2029\x0b\x0c\x85" else " "
    if kind in {"Cc", "Cf", "Cs", "Mn", "Me"} or sign in _UNSEEN:
        return ""
    digit = unicodedata.digit(sign, -1)
    if digit >= 0:
        return str(digit)
    return "-" if kind == "Pd" else sign


def _with_digits(text: str) -> str:
    """Put digits for the letters that stand for them: O, I, l in a word or a row of digits."""
    text = _BETWEEN_DIGITS.sub(lambda found: found[0].translate(_FOR_DIGITS), text)
    words = list(_WORD.finditer(text))
    leading = _leading_to_digits(words)
    parts: list[str] = []
    end, before = 0, False
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else None
        near = _is_in_row(word, after, gap=text[end : word.start()] if before else None)
        near = near or leading[place]
        said = _read_as_digits(word[0], near=near)
        parts += [text[end : word.start()], said]
        end, before = word.end(), said.isdigit()
    parts.append(text[end:])
    return "".join(parts)


def _is_in_row(word: re.Match[str], after: re.Match[str] | None, *, gap: str | None) -> bool:
    """Return whether a word stands in a row of digits; `gap` is what follows a number before it.

    It goes on from a number and before another ("7 O 9"), or by a sign ("397.O"). "I'll" does not.
    """
    next_sign = word.string[word.end() : word.end() + 1]
    goes_on = after is not None and after.start() - word.end() <= _GAP and next_sign != "'"
    follows = gap is not None and len(gap) <= _GAP
    if follows and len(gap or "") == 1 and not (gap or "").isspace() and next_sign != "'":
        return True
    return follows and goes_on and after is not None and _LOOKS_LIKE_DIGITS.issuperset(after[0])


def _leading_to_digits(words: list[re.Match[str]]) -> list[bool]:
    """Return which words of several look-alike letters stand before a number: "OO 97"."""
    leading = [False] * len(words)
    digits, start = False, 0
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        alike = _LOOKS_LIKE_DIGITS.issuperset(word[0])
        near = start - word.end() <= _GAP and word.string[word.end() : word.end() + 1] != "'"
        leading[place] = alike and len(word[0]) > 1 and digits and near
        digits = leading[place] or (alike and any(map(str.isdigit, word[0])))
        start = word.start()
    return leading


def _read_as_digits(word: str, *, near: bool) -> str:
    """Return the word with digits for their look-alikes; `near`: it stands in a row of digits."""
    if word.isdigit():
        return word
    if _LOOKS_LIKE_DIGITS.issuperset(word):
        has_digit = any(map(str.isdigit, word))
        return word.translate(_FOR_DIGITS) if has_digit or near else word
    inner = _NUMBER_IN_WORD.fullmatch(word)
    if inner is None:
        return word
    # Small letters are the ends of words, but for an l among capital O's.
    enough = 4 if inner[2].replace("l", "") == inner[2].replace("l", "").upper() else 2
    if enough * sum(map(str.isdigit, inner[2])) < len(inner[2]):
        return word
    return inner[1] + inner[2].translate(_FOR_DIGITS) + inner[3]


def spelled_out(plain: str) -> str:
    """Return what is written letter by letter ("S W 1 A") as words, one a line, in both readings.

    "" if nothing is written so.
    """
    rows, sign, end = [""], "", 0
    for word in _WORD.finditer(plain):
        gap = plain[end : word.start()]
        end = word.end()
        if len(word[0]) > 1 or len(gap) > _GAP or "\n" in gap:
            rows.append(word[0] if len(word[0]) == 1 else "")
            continue
        if len(rows[-1]) > 1 and gap.strip() != sign:
            rows.append(rows[-1][-1])  # "a J-W-1": the row with dashes begins at J
        sign = gap.strip()
        rows[-1] += word[0]
    # "a" and "I" are words themselves.
    rows += [row[1:] for row in rows if row[:1] in {"a", "A", "I"}]
    found = "\n".join(row for row in rows if len(row) > 4)
    return f"{found}\n{_with_digits(found)}" if found else ""
