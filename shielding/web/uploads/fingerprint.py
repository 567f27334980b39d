"""By what a file, or a row of one, is known again: an HMAC, from which neither comes back.

Under a key made of the one that record numbers are found by, which is never in the database.
"""

import base64
import hashlib
import hmac

from django.conf import settings

_USE = b"files that two members upload"


def of_file(content: bytes) -> bytes:
    """Return the 32 bytes by which the same file is known when it is uploaded again."""
    return hmac.new(_key(), content, hashlib.sha256).digest()


def of_row(key: bytes, cells: tuple[str, ...]) -> bytes:
    """Return the 32 bytes by which a row of one import is known; in another's they differ.

    The `key` is that import's own: once it is gone, nobody can match a row with them any more.
    """
    own = hmac.new(_key(), key, hashlib.sha256).digest()
    return hmac.new(own, "\x1f".join(cells).encode(), hashlib.sha256).digest()


def is_same(one: bytes | memoryview, other: bytes) -> bool:
    """Return whether two of these are equal."""
    return hmac.compare_digest(bytes(one), other)


def _key() -> bytes:
    index_key = base64.b64decode(settings.RECORD_INDEX_KEY)
    return hmac.new(index_key, _USE, hashlib.sha256).digest()
