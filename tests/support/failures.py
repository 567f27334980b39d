"""A server that fails at every statement of an act in turn."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from tests.requests_app.support.cast import everything

MOST = 80  # statements of one act; more would be a finding of its own


class PulledOut(Exception):
    """The connection was pulled out of the wall at this statement."""


class PullsOut:
    """Fails at the statement of this number, before PostgreSQL sees it."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.left == 0:
            raise PulledOut(sql[:40])
        self.left -= 1
        return execute(sql, params, many, context)


def fail_at_every_statement(act: Callable[[], Any]) -> None:
    """Do an act, failing at its first statement, its second and so on, until it comes through.

    After each failure nothing may have changed.
    """
    before = everything()
    for number in range(MOST):
        try:
            with connection.execute_wrapper(PullsOut(number)):
                act()
        except PulledOut:
            assert everything() == before, f"half of it stayed after statement {number}"
            continue
        assert number >= 3, "this act runs hardly any statement: it was not tested"
        assert everything() != before
        return
    raise AssertionError(f"more than {MOST} statements")
