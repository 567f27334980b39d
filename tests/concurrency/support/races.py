"""What races share: how often they run, and the invariant they look for."""

import pytest

from shielding.models import Record
from shielding.records import states


def counts(ordinary: int, soak: int) -> pytest.MarkDecorator:
    """Run at one count in the ordinary tests and at the full one in `make soak`."""
    return pytest.mark.parametrize("times", [ordinary, pytest.param(soak, marks=pytest.mark.soak)])


def held_while_open() -> int:
    """Return how many records are open to all while a hold stands: the invariant says none."""
    open_records = Record.objects.filter(state__in=states.OPEN_TO_ALL)
    return open_records.filter(holds__released_at__isnull=True, holds__isnull=False).count()
