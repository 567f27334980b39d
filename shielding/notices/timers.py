"""When each regular task last looked: the one sign of life of worker, beat and Redis together."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models

LATE = timedelta(minutes=10)  # a task looks every minute; after this somebody has to be told


class TimerQuerySet(models.QuerySet["Timer"]):
    def late(self, names: Iterable[str], now: datetime) -> list[str]:
        """Return which of these tasks have not looked for ten minutes, or never."""
        in_time = set(self.filter(last_run_at__gte=now - LATE).values_list("name", flat=True))
        return [name for name in names if name not in in_time]


class Timer(models.Model):
    """One task, and when it last looked at everything it had to look at."""

    name = models.CharField(max_length=40, unique=True)
    last_run_at = models.DateTimeField()

    objects = TimerQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


def note_run(name: str, *, now: datetime) -> None:
    """Write that this task has looked; the later of two times stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_timer (name, last_run_at) VALUES (%s, %s) ON CONFLICT (name)"
            " DO UPDATE SET last_run_at ="
            " greatest(accounts_timer.last_run_at, excluded.last_run_at)",
            [name, now],
        )
