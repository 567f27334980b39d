"""Two passwords at once: looking at one costs memory and time, which a flood would take from all.

Eight threads that each look at a password take all of the processor from the pages of those who are
signed in. Whoever has no turn within two seconds is asked to try again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from shielding.accounts.attempts.budget import TooMany

AT_ONCE = 2
_PATIENCE = _TRY_AGAIN_IN = 2  # seconds
_turns = BoundedSemaphore(AT_ONCE)


@contextmanager
def a_turn() -> Iterator[None]:
    """Have one of this process's turns to look at a password. Raises TooMany where none is free."""
    if not _turns.acquire(timeout=_PATIENCE):
        raise TooMany(_TRY_AGAIN_IN)
    try:
        yield
    finally:
        _turns.release()
