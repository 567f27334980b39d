"""The code that whoever reset a second factor says to its person on the phone: good for an hour.

The mailed link alone would be enough for whoever reads the mailbox, which also sets passwords. The
member has the code and not the mailbox.
"""

from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from logbook.bare import joined
from logbook.references import ALPHABET
from shielding import sealing
from shielding.accounts.factor_resets.models import FactorReset
from shielding.filled import filled

LETTERS = 8
GOOD_FOR = timedelta(hours=1)


def code_of(reset: FactorReset) -> str:
    """Return the code of a reset: made from its random name, under a key of its own."""
    number = int.from_bytes(sealing.keyed("spoken code", str(reset.uid)), "big")
    letters = []
    for _ in range(LETTERS):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


def is_good(reset: FactorReset, now: datetime) -> bool:
    """Return whether its code may still be said and typed."""
    return now < filled(reset.done_at) + GOOD_FOR


def is_code_of(reset: FactorReset, typed: str, now: datetime) -> bool:
    """Return whether this is the code of a reset, within its hour."""
    return is_good(reset, now) and constant_time_compare(code_of(reset), typed)


def as_typed(text: str) -> str:
    """Return the eight letters that were typed, however spaced, or "" if they are none."""
    letters = joined(text).upper()
    good = len(letters) == LETTERS and all(one in ALPHABET for one in letters)
    return letters if good else ""


def as_shown(code: str) -> str:
    """Return a code as it is read aloud: two groups of four."""
    return f"{code[:4]}-{code[4:]}"
