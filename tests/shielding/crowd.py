"""Several people acting at the same moment, each in a thread and a transaction of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connections

from shielding.accounts.refused import Refused

Act = Callable[[], Any]


class Crowd:
    """So many threads, each with its own connection to the database."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._barrier = Barrier(size)
        self._threads = ThreadPoolExecutor(size)

    def at_once(self, *acts: Act) -> list[Any]:
        """Let everybody start at the same moment; return what came of each: a result or a Refused.

        Any other exception is an error of the product and is raised here.
        """
        assert len(acts) == self.size
        return [future.result() for future in [self._threads.submit(self._do, a) for a in acts]]

    def _do(self, act: Act) -> Any:
        self._barrier.wait(30)
        try:
            return act()
        except Refused as refusal:
            return refusal

    def go_home(self) -> None:
        self.at_once(*[connections.close_all] * self.size)
        self._threads.shutdown()


@contextmanager
def a_crowd(size: int) -> Iterator[Crowd]:
    """So many people, their connections closed at the end."""
    crowd = Crowd(size)
    try:
        yield crowd
    finally:
        crowd.go_home()
