"""What the tests of the directory share: a moment, and a refusal that changes nothing."""

from datetime import UTC, datetime

import pytest

from shielding.accounts.models import Service, User
from tests.support.entries import entries

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def refused(kind, code, act):
    before = list(User.objects.order_by("id").values()), list(Service.objects.values())
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    assert (list(User.objects.order_by("id").values()), list(Service.objects.values())) == before
    assert entries() == []
