"""A server that fails at every statement of an act in turn."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.requests_app.support.cast import everything

MOST = 80  # statements of one act; more would be a finding of its own


class PulledOut(Exception):
    """The connection was pulled out of the wall at this statement."""


class PullsOut:
    """Fails at the statement of this number, before PostgreSQL sees it.

    Of reads in a row the first alone may count: failing at any of them leaves the same.
    """

    def __init__(self, at: int, *, every_read: bool = True) -> None:
        self.left = at
        self._every_read, self._after_a_read = every_read, False

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        reads = sql.startswith("SELECT") and "FOR UPDATE" not in sql
        if self._every_read or not (reads and self._after_a_read):
            if self.left == 0:
                raise PulledOut(sql[:40])
            self.left -= 1
        self._after_a_read = reads
        return execute(sql, params, many, context)


def fail_at_every_statement(act: Callable[[], Any]) -> None:
    """Do an act, failing at its first statement, its second and so on, until it comes through.

    After each failure nothing may have changed. Reads in a row count as one.
    """
    before = everything()
    for number in range(MOST):
        try:
            with connection.execute_wrapper(PullsOut(number, every_read=False)):
                act()
        except PulledOut:
            assert everything() == before, f"half of it stayed after statement {number}"
            continue
        assert number >= 3, "this act runs hardly any statement: it was not tested"
        assert everything() != before
        return
    raise AssertionError(f"more than {MOST} statements")
