"""The small council of these tests, made once for a module: each test has a copy of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.security.support.council import World, a_world
from tests.support.made_once import made_once


@pytest.fixture(scope="module")
def council(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], World]]:
    with made_once(a_world, django_db_blocker) as copy:
        yield copy


@pytest.fixture
def world(council: Callable[[], World], db: None) -> World:
    return council()
