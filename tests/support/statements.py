"""What a page asks of PostgreSQL, to be counted and compared."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

_STAMP = 'UPDATE "django_session"'


class Statements(CaptureQueriesContext):
    """The statements run meanwhile, but for the session's stamp.

    That is written once in half a minute, between a savepoint and its release: a slow machine is
    no other page.
    """

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        every = super().captured_queries
        stamps = [n for n, query in enumerate(every) if query["sql"].startswith(_STAMP)]
        around = {n + step for n in stamps for step in (-1, 0, 1)}
        return [query for n, query in enumerate(every) if n not in around]
