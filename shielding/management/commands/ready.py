from typing import Any

from django.core.management.base import BaseCommand, CommandError

from logbook.days import clock_now
from shielding.operations.health import what_is_wrong


class Command(BaseCommand):
    help = (
        "Say what /health/ready would, and fail when something is wrong: for a container's check."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if wrong := what_is_wrong(clock_now()):
            raise CommandError(", ".join(wrong))
        self.stdout.write("ok")
