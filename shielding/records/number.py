"""The record number: the product's only identifier of a child, and the only place that sees it.

In the database it is AES-256-GCM under a key that is never there, bound to its table, column and
row so that a ciphertext moved to another row does not open; equality is asked of an HMAC under a
second key. A dump and the code without the keys give no number back.
"""

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from functools import cache
from itertools import combinations
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from logbook.bare import joined
from logbook.references import LIKE_O

_NONCE = 12
# More letters O than this are no slip of a finger.
_SLIPS = 6


class Unreadable(Exception):
    """The ciphertext does not belong to this row, or its key is not among the keys given."""


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
    key = _key(settings.RECORD_INDEX_KEY, "RECORD_INDEX_KEY")
    return hmac.new(key, number.encode(), hashlib.sha256).digest()


def seal(number: str, *, table: str, row: UUID) -> bytes:
    """Return the number encrypted for one row of one table: key id, nonce, ciphertext."""
    key_id, key = next(iter(_keys(settings.RECORD_NUMBER_KEYS).items()))
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, number.encode(), _bound_to(table, row))
    return key_id.encode() + b":" + nonce + sealed


def unseal(sealed: bytes, *, table: str, row: UUID) -> str:
    """Return the number in clear. Raises Unreadable for another row's ciphertext or a lost key."""
    key_id, _, rest = bytes(sealed).partition(b":")
    key = _keys(settings.RECORD_NUMBER_KEYS).get(key_id.decode(errors="replace"))
    if key is None:
        raise Unreadable("the key this number was sealed with is not configured")
    try:
        clear = AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], _bound_to(table, row))
    except (InvalidTag, ValueError):  # ValueError: cut short within the nonce
        raise Unreadable("this number was sealed for another row or changed") from None
    return clear.decode()


def check_keys() -> None:
    """Raise ImproperlyConfigured unless the keys are whole, and the two kinds of key differ.

    At start-up: a wrong key found on the first request would be found too late.
    """
    index = _key(settings.RECORD_INDEX_KEY, "RECORD_INDEX_KEY")
    if index in _keys(settings.RECORD_NUMBER_KEYS).values():
        raise ImproperlyConfigured("RECORD_INDEX_KEY must not be one of RECORD_NUMBER_KEYS.")


def check_pattern() -> None:
    """Raise ImproperlyConfigured where a reference could have the form of a record number.

    A reference typed into the search box leads to its page; a number asks for a reason first.
    """
    # Of digits alone, of letters alone, and of both.
    for reference in ("IW22222222", "IWAAAAAAAA", "IW2A3B4C5D"):
        if is_record_number(reference):
            raise ImproperlyConfigured("RECORD_NUMBER_PATTERN also fits references (IW-7KQ4-M2XD).")


def _bound_to(table: str, row: UUID) -> bytes:
    return f"{table}.number:{row}".encode()


@cache
def _keys(given: str) -> dict[str, bytes]:
    """The given keys by id, the encrypting one first."""
    keys = {}
    for pair in given.split(","):
        key_id, _, text = pair.partition(":")
        if not key_id or key_id in keys:
            raise ImproperlyConfigured('RECORD_NUMBER_KEYS: "id:key,id:key", each id once.')
        keys[key_id] = _key(text, "RECORD_NUMBER_KEYS")
    return keys


@cache
def _key(text: str, setting: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""  # the message must not quote what was given
    if len(key) != 32:
        raise ImproperlyConfigured(f"{setting}: each key is 32 bytes in base64.")
    return key
