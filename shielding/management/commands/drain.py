from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shielding.tasks import ROUND, look


class Command(BaseCommand):
    help = (
        "Do once, now, what the worker does every minute: for a cron line beside it, or where"
        " there is no worker. Safe at any time, also while the worker is at it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ROUND:
            look(name, timezone.now())
