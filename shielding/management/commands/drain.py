import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from logbook.days import both_clocks
from shielding.tasks import ROUND, look


class Command(BaseCommand):
    help = (
        "Do once, now, what the worker does every minute: for a cron line beside it, or where"
        " there is no worker. Safe at any time, also while the worker is at it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="again and again, for want of Redis"
        )

    def handle(self, *args: Any, every: int | None, **options: Any) -> None:
        self._round()
        while every:
            time.sleep(every)
            self._round()

    def _round(self) -> None:
        for name in ROUND:
            look(name, *both_clocks())
