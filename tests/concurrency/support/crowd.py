"""Several people acting at the same moment, each in a thread and a transaction of their own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from django.db import connection, connections

from shielding.web.refusals import Refused

Act = Callable[[], Any]

# Milliseconds. A page's three seconds are no measure of a machine that has other work to do; who
# waits for one another in a circle PostgreSQL finds within a second, however long it would wait.
_PATIENCE = 60_000


class Crowd:
    """So many threads, each with its own connection to the database."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._barrier = Barrier(size)
        self._threads = ThreadPoolExecutor(size)

    def at_once(self, *acts: Act) -> list[Any]:
        """Let everybody start at the same moment; return what came of each: a result or a Refused.

        Any other exception is an error of the product and is raised here, when all have come back.
        """
        assert len(acts) == self.size
        started = [self._threads.submit(self._do, act) for act in acts]
        wait(started)
        return [future.result() for future in started]

    def _do(self, act: Act) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = %s", [_PATIENCE])
        self._barrier.wait(30)
        try:
            return act()
        except Refused as refusal:
            return refusal

    def go_home(self) -> None:
        self.at_once(*[connections.close_all] * self.size)
        self._threads.shutdown()


def how_many_wait() -> int:
    """Return how many wait for a lock of somebody else's in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction counts but once
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def until(so: Callable[[], bool]) -> None:
    """Come back once it is so; after half a minute at the latest."""
    late = time.monotonic() + 30
    while not so() and time.monotonic() < late:
        time.sleep(0.01)


@contextmanager
def a_crowd(size: int) -> Iterator[Crowd]:
    """So many people, their connections closed at the end."""
    crowd = Crowd(size)
    try:
        yield crowd
    finally:
        crowd.go_home()
