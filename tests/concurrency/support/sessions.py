"""Sessions of PostgreSQL beside Django's own, to set two people against each other on purpose."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection

from shielding.operations.database_roles import as_owner

_PATIENCE = 10.0


class Session:
    """One PostgreSQL session as the application's role, with a thread to wait in."""

    def __init__(self) -> None:
        self._raw = psycopg2.connect(**connection.get_connection_params())
        self._thread = ThreadPoolExecutor(1)

    def run(self, statement: str, *parameters: Any) -> Any:
        """Run one statement in this session's open transaction; return its first value, if any."""
        with self._raw.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def start(self, statement: str, *parameters: Any) -> "Future[Any]":
        """Start a statement that must wait for another session's lock, and see it wait."""
        return self._waiting(self._thread.submit(self.run, statement, *parameters))

    def commit(self) -> None:
        self._raw.commit()

    def start_to_commit(self) -> "Future[Any]":
        """Start a commit whose foreign keys must wait, and see it wait: they are checked late."""
        return self._waiting(self._thread.submit(self._raw.commit))

    def _waiting(self, future: "Future[Any]") -> "Future[Any]":
        wait_until_blocked(self._raw.get_backend_pid(), future)
        return future

    def close(self) -> None:
        self._thread.shutdown()
        self._raw.close()


def wait_until_blocked(backend: int, future: "Future[Any]") -> None:
    """Return once PostgreSQL says that this backend waits for another's lock; fail if it ends."""
    give_up = time.monotonic() + _PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < give_up:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
            if cursor.fetchone() == (True,):
                return
            assert not future.done(), "it did not wait: the lock it should meet is missing"
            wait([future], timeout=0.005)
    raise AssertionError("it neither ended nor waited for a lock")


@contextmanager
def two_sessions() -> Iterator[tuple[Session, Session]]:
    """Two sessions, closed (and what is left of them rolled back) at the end."""
    one, other = Session(), Session()
    try:
        yield one, other
    finally:
        one.close()
        other.close()


@contextmanager
def impatient() -> Iterator[None]:
    """Wait a tenth of a second for a lock meanwhile, not three: of who is to go without it."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
        yield
        cursor.execute("RESET lock_timeout")


@contextmanager
def without_trigger(table: str, trigger: str) -> Iterator[None]:
    """Disable one trigger meanwhile, as the owner: to see what it is there for."""
    _alter(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    try:
        yield
    finally:
        _alter(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")


def _alter(statement: str) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(statement)
