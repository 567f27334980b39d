"""One act stopped before one of its statements while another runs until it ends or waits."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import Any

from django.db import connection

from tests.concurrency.support.sessions import wait_until_blocked

Threads = tuple[ThreadPoolExecutor, ThreadPoolExecutor]


class Stops:
    """Stops an act before its statement of this number until it is told to go on."""

    def __init__(self, before: int) -> None:
        self.left = before
        self.reached, self.go_on = Event(), Event()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
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
