"""Sessions and cached values whose time is over: deleted by the round, not by who comes next."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import connection


def clear_expired(real: datetime) -> None:
    """Delete what nobody can use any more. By the real clock, which they were made by."""
    Session.objects.filter(expire_date__lt=real).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_cache WHERE expires < %s", [real])
