"""A mail server, and the engine around it, for one test."""

from collections.abc import Iterator

import pytest

from tests.worker.support.machines import Engine, PostOffice


@pytest.fixture
def office() -> Iterator[PostOffice]:
    made = PostOffice()
    made.open()
    yield made
    made.close()


@pytest.fixture
def engine(transactional_db: None, office: PostOffice) -> Iterator[Engine]:
    made = Engine(office)
    made.start_redis()
    yield made
    made.end()
