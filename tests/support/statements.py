"""What a page asks of PostgreSQL, to be counted and compared."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

_STAMP = 'UPDATE "django_session"'
_ROW = 'UPDATE "accounts_signedin"'


class Statements(CaptureQueriesContext):
    """The statements run meanwhile, but for the session's stamp and that of its row.

    They are written once in half a minute, the session's between a savepoint and its release: a
    slow machine is no other page.
    """

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def captured_queries(self) -> list[dict[str, str]]:
        every = super().captured_queries
        stamps = [n for n, query in enumerate(every) if query["sql"].startswith(_STAMP)]
        around = {n + step for n in stamps for step in (-1, 0, 1)}
        around |= {n for n, query in enumerate(every) if query["sql"].startswith(_ROW)}
        return [query for n, query in enumerate(every) if n not in around]
