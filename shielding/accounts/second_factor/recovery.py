"""Recovery codes: ten of ten letters, each good once. Kept nowhere but as keyed digests."""

from uuid import UUID

from logbook.bare import joined
from logbook.references import ALPHABET
from shielding import sealing

MANY, LETTERS = 10, 10


def codes_of(batch: UUID) -> list[str]:
    """Return the ten codes of a batch.

    Made from its random name under a key of their own that is not in the database: so the page
    may show them again until they are kept, and nothing that opens an account is stored.
    """
    return [_letters(sealing.keyed("recovery batch", f"{batch}:{one}")) for one in range(MANY)]


def digest(code: str) -> bytes:
    """Return by what a code is found that was typed: 32 bytes under a key of their own."""
    return sealing.keyed("recovery", code)


def as_typed(text: str) -> str:
    """Return the ten letters that were typed, however they were spaced, or "" if they are none."""
    letters = joined(text).upper()
    good = len(letters) == LETTERS and all(one in ALPHABET for one in letters)
    return letters if good else ""


def as_shown(code: str) -> str:
    """Return a code as it stands on a page: two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def _letters(random: bytes) -> str:
    number, letters = int.from_bytes(random, "big"), []
    for _ in range(LETTERS):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)
