"""The record number: the product's only identifier of a child, and the only place that sees it.

In the database it is sealed for its row (shielding/sealing.py); equality is asked of an HMAC under
a second key. A dump and the code without the keys give no number back.
"""

import re
import unicodedata
from itertools import combinations
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from logbook.bare import joined
from logbook.references import LIKE_O
from shielding import sealing

# More letters O than this are no slip of a finger.
_SLIPS = 6


def normalise(typed: str) -> str:
    """Return a typed number in its one spelling: no spaces or dashes, capital letters."""
    plain = unicodedata.normalize("NFKC", typed)
    return joined(plain.replace(".", "")).upper()


def is_record_number(number: str) -> bool:
    """Return whether a normalised number fits the deployment's pattern (not whether it exists).

    Digits are 0 to 9: another script's would look alike and be another record.
    """
    return re.fullmatch(settings.RECORD_NUMBER_PATTERN, number, re.ASCII) is not None


def has_o_for_zero(number: str) -> bool:
    """Return whether what keeps a normalised number from fitting are letters O in place of zeros.

    Only that is said: which number would fit is neither corrected nor repeated.
    """
    places = [place for place, letter in enumerate(number) if letter in LIKE_O]
    if is_record_number(number) or len(places) > _SLIPS:
        return False
    return any(
        is_record_number(_with_zeros(number, mistaken))
        for count in range(1, len(places) + 1)
        for mistaken in combinations(places, count)
    )


def _with_zeros(number: str, places: tuple[int, ...]) -> str:
    return "".join("0" if place in places else letter for place, letter in enumerate(number))


def blind_index(number: str) -> bytes:
    """Return the 32 bytes by which equal numbers are found without being readable."""
    return sealing.index_of(number)


def seal(number: str, *, table: str, row: UUID) -> bytes:
    """Return the number encrypted for one row of one table."""
    return sealing.seal(number, place=f"{table}.number", row=row)


def unseal(sealed: bytes, *, table: str, row: UUID) -> str:
    """Return the number in clear. Raises Unreadable for another row's ciphertext or a lost key."""
    return sealing.unseal(sealed, place=f"{table}.number", row=row)


def check_pattern() -> None:
    """Raise ImproperlyConfigured where a reference could have the form of a record number.

    A reference typed into the search box leads to its page; a number asks for a reason first.
    """
    # Of digits alone, of letters alone, and of both.
    for reference in ("IW22222222", "IWAAAAAAAA", "IW2A3B4C5D"):
        if is_record_number(reference):
            raise ImproperlyConfigured("RECORD_NUMBER_PATTERN also fits references (IW-7KQ4-M2XD).")
