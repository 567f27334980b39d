"""A scene that many tests of a module begin with, written to the database once for all of them.

Each test works in a savepoint of its own, so what it does is taken back before the next begins.
The scene itself is copied for each: a test may change the rows it holds in its hand as it likes.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from typing import Any, TypeVar

from django.db import transaction

Scene = TypeVar("Scene")
_MADE = ExitStack()  # what is in the database now beyond one test


@contextmanager
def made_once(make: Callable[[], Scene], blocker: Any) -> Iterator[Callable[[], Scene]]:
    """Make a scene, and take it back at the end; meanwhile what is yielded returns copies of it.

    For a fixture of a module's scope, which comes before the transaction of a test. One at a time:
    parametrize with `scope="module"`, then pytest puts the tests of one scene side by side.
    """
    with blocker.unblock():
        take_back()
        _MADE.enter_context(_rolled_back())
        scene = make()
    yield lambda: deepcopy(scene)
    with blocker.unblock():
        take_back()


def take_back() -> None:
    """Empty the database of the scene there is: tests that commit begin with nothing."""
    _MADE.close()


@contextmanager
def _rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
