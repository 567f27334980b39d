"""What a machine may ask: whether the site answers, and whether everything around it works.

Nobody needs to sign in, so an answer names what is wrong and never a thing or a number.
"""

from datetime import datetime
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from logbook.days import clock_now, really
from shielding.notices import delivery
from shielding.notices.timers import Timer
from shielding.web.access import public

FOR_MACHINES = "Machines ask, which have no account; the answer tells nothing about anybody."


@public(FOR_MACHINES)
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Say that this process answers; asks nobody else."""
    return JsonResponse({"status": "ok"})


@public(FOR_MACHINES)
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say what is wrong, with 503, or that nothing is."""
    wrong = what_is_wrong(clock_now())
    if wrong:
        return JsonResponse({"status": "not ready", "wrong": wrong}, status=503)
    return JsonResponse({"status": "ok"})


def what_is_wrong(now: datetime) -> list[str]:
    """Return codes: no database, migrations to apply, a task that stopped looking, late mail.

    Redis is not asked: without it pages work, and the tasks that stop are what counts.
    """
    try:
        wrong = []
        if not _migrations() <= set(MigrationRecorder(connection).applied_migrations()):
            return ["migrations"]
        if Timer.objects.late(settings.CELERY_BEAT_SCHEDULE, really(now)):
            wrong.append("timer")
        if delivery.is_late(now):
            wrong.append("mail")
    except Error:
        return ["database"]
    return wrong


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    """What this version of the code wants applied; read from disk once."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
