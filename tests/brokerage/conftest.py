"""A module's `a_scene()`: a cast and what they have begun, made once for all its tests."""

import pytest

from tests.support.made_once import made_once


@pytest.fixture(scope="module")
def made(request, django_db_setup, django_db_blocker):
    with made_once(request.module.a_scene, django_db_blocker) as copied:
        yield copied


@pytest.fixture
def scene(made, db):
    return made()


@pytest.fixture
def cast(scene):
    return scene[0]
