"""One act stopped before one of its statements while another runs until it ends or waits.

The ordinary tests stop it before each of its locks, before it changes the record's state and before
it logs, when all is changed and nothing committed; `make soak` stops it before whatever it says to
PostgreSQL.
"""

import re
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from enum import Enum
from threading import Event
from typing import Any

import pytest
from django.db import connection

from tests.concurrency.support.sessions import wait_until_blocked
from tests.support.replay import replay

Threads = tuple[ThreadPoolExecutor, ThreadPoolExecutor]


class Moments(Enum):
    """Before which statements an act is stopped."""

    STEPS = re.compile(
        r"\bFOR (NO KEY )?UPDATE\b|pg_advisory|INSERT INTO (shielding_record|logbook_entry)\b"
        r'|^UPDATE "shielding_record"'
    )
    ALL = re.compile("")

    def has(self, sql: str) -> bool:
        return self.value.search(sql) is not None


def at_their_moments(
    pairs: Collection[tuple[str, ...]], always: Collection[tuple[str, ...]]
) -> list[Any]:
    """Return the pairs of acts to try: some always, in short; all of them whole, in soak."""
    return [
        *(
            pytest.param(*pair, Moments.STEPS, id=" ".join(pair))
            for pair in pairs
            if pair in always
        ),
        *(
            pytest.param(*pair, Moments.ALL, id=" ".join((*pair, "whole")), marks=pytest.mark.soak)
            for pair in pairs
        ),
    ]


class Stops:
    """Stops an act before its statement of this number until it is told to go on."""

    def __init__(self, before: int, moments: Moments = Moments.ALL) -> None:
        self.left, self.moments = before, moments
        self.reached, self.go_on = Event(), Event()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.moments.has(sql):
            if self.left == 0:
                self.reached.set()
                assert self.go_on.wait(20)
            self.left -= 1
        return execute(sql, params, many, context)


def interleaved(
    first: Callable[[], str],
    second: Callable[[], str],
    stops: Stops,
    threads: Threads,
    *also: Any,
) -> tuple[str, str]:
    """Stop the first act, let the second run until it ends or waits for a lock, then go on."""

    def stop_and_do() -> str:
        with connection.execute_wrapper(stops), ExitStack() as more:
            for wrapper in also:
                more.enter_context(connection.execute_wrapper(wrapper))
            return first()

    stopped, running = threads
    backend = running.submit(backend_of_this_thread).result()
    one = stopped.submit(stop_and_do)
    one.add_done_callback(lambda _: stops.go_on.set())
    while not (stops.reached.wait(0.01) or one.done()):
        pass
    two = running.submit(second)
    until_it_ends_or_waits(backend, two)
    stops.go_on.set()
    return one.result(), two.result()


def backend_of_this_thread() -> int:
    connection.ensure_connection()
    return int(connection.connection.get_backend_pid())


def until_it_ends_or_waits(backend: int, act: "Future[str]") -> None:
    try:
        wait_until_blocked(backend, act)
    except AssertionError:
        assert act.done(), "it neither ended nor waited for a lock"


def told_by_the_logbook(moments: Moments) -> bool:
    """Whether its entries, replayed, give the tables; in the ordinary tests the last end is asked,
    as after every test that commits.
    """
    return moments is Moments.STEPS or not replay()[0]
