"""A scene that was dear to set, for several tries: what each did is undone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """Let the tables be at the end as they were at the beginning.

    What Python holds of them is not: who tries again fetches anew what was changed.
    """
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
