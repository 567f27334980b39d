"""The names things go by: one neutral prefix and eight random characters, the same kind for all.

A reference is a name, never a key: knowing one opens nothing, and it does not tell whether it
names a request, a record, a review or a hold.
"""

import re
import secrets

from logbook.bare import joined

# No 0/O, 1/I/L and no U: these are read aloud over the phone and copied by hand.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE = rf"IW-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}"
NO_REFERENCE = "Enter a reference like IW-7KQ4-M2XD"
LETTER_NOT_USED = "After “IW”, a reference has no O, 0, 1, I, L or U. Look at it again"
# The letters that look like an O too, of the scripts whose keyboards are common.
LIKE_O = "O\u039f\u041e"


def new_reference() -> str:
    """Return a fresh random reference such as IW-7KQ4-M2XD.

    About 6.5 × 10¹¹ exist, so a clash is not looked for: the unique column refuses one.
    """
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return f"IW-{''.join(letters[:4])}-{''.join(letters[4:])}"


def is_reference(text: str) -> bool:
    """Return whether the text has the form of a reference (nothing about whether it names one)."""
    return re.fullmatch(REFERENCE, text) is not None


def as_reference(text: str) -> str:
    """Return the reference a person typed, however they spaced it, or "" if it is none."""
    letters = joined(text).upper()
    reference = f"IW-{letters[2:6]}-{letters[6:]}"
    return reference if letters.startswith("IW") and is_reference(reference) else ""


def why_no_reference(text: str) -> str:
    """Return what to say of a text that is no reference, in words that do not repeat it."""
    letters = joined(text).upper()
    mistaken = re.fullmatch(rf"IW[{ALPHABET}01ILU{LIKE_O}]{{8}}", letters)
    return LETTER_NOT_USED if mistaken else NO_REFERENCE


class ReferenceConverter:
    """Lets a URL pattern say <reference:…>; anything else is a 404 before a view is reached."""

    regex = REFERENCE

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
