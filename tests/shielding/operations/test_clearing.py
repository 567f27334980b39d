"""What nobody can use any more is deleted by the round, and nothing sooner."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from logbook.days import real_now
from shielding.tasks import look
from tests.support.people import an_iw_member

pytestmark = pytest.mark.django_db


def there() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_cache")
        return Session.objects.count(), cursor.fetchone()[0]


def test_sessions_go_a_day_after_their_last_use_and_cached_values_when_over():
    now = real_now()
    client = Client()
    client.force_login(an_iw_member())
    client.get("/")
    cache.set("a", 1, timeout=60)
    look("keep_house", now, now + timedelta(seconds=30))
    assert there() == (1, 1)
    look("keep_house", now, now + timedelta(hours=23))
    assert there() == (1, 0)
    look("keep_house", now, now + timedelta(hours=25))
    assert there() == (0, 0)
