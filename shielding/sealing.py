"""What the database must not know: values sealed for one place of it, and keys for its indexes.

AES-256-GCM under keys that are never in the database. Each value is bound to its table, column and
row, so that one moved elsewhere does not open. A dump and the code without the keys give nothing.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_NONCE = 12


class Unreadable(Exception):
    """The sealed value does not belong to this row, or its key is not among the keys given."""


def seal(clear: str, *, place: str, row: UUID) -> bytes:
    """Return a text encrypted for one row of one "table.column": key id, nonce, ciphertext."""
    key_id, key = next(iter(_keys(settings.RECORD_NUMBER_KEYS).items()))
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, clear.encode(), _bound_to(place, row))
    return key_id.encode() + b":" + nonce + sealed


def unseal(sealed: bytes, *, place: str, row: UUID) -> str:
    """Return the text in clear. Raises Unreadable for another row's ciphertext or a lost key."""
    key_id, _, rest = bytes(sealed).partition(b":")
    key = _keys(settings.RECORD_NUMBER_KEYS).get(key_id.decode(errors="replace"))
    if key is None:
        raise Unreadable("the key this was sealed with is not configured")
    try:
        clear = AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], _bound_to(place, row))
    except (InvalidTag, ValueError):  # ValueError: cut short within the nonce
        raise Unreadable("this was sealed for another row or changed") from None
    return clear.decode()


def index_of(text: str) -> bytes:
    """Return the 32 bytes by which equal record numbers are found without being readable."""
    return _hmac(_index_key(), text)


def keyed(purpose: str, text: str) -> bytes:
    """Return 32 bytes by which equal texts of one purpose are found, and those of others are not.

    For what a guess could be tried on: an address, a code. By a key of the purpose's own, derived
    from RECORD_INDEX_KEY, so that no two tables can be compared with one another.
    """
    return _hmac(_derived(purpose, _index_key()), text)


def check_keys() -> None:
    """Raise ImproperlyConfigured unless the keys are whole, and the two kinds of key differ.

    At start-up: a wrong key found on the first request would be found too late.
    """
    if _index_key() in _keys(settings.RECORD_NUMBER_KEYS).values():
        raise ImproperlyConfigured("RECORD_INDEX_KEY must not be one of RECORD_NUMBER_KEYS.")


def _bound_to(place: str, row: UUID) -> bytes:
    return f"{place}:{row}".encode()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _index_key() -> bytes:
    return _key(settings.RECORD_INDEX_KEY, "RECORD_INDEX_KEY")


@cache
def _derived(purpose: str, key: bytes) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"shielding.{purpose}".encode())
    return derive.derive(key)


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
