"""What the guard says of every line of a corpus, so that anybody can measure it on their own."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from brokerage.guard import inspect


class Command(BaseCommand):
    help = (
        'Read lines {"text": ...} on standard input and write, line for line,'
        ' {"verdict": "refused" | "questioned" | "passed", "kinds": [...]}; never the text.'
        " Needs no database."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        for number, line in enumerate(_lines(sys.stdin.buffer), 1):
            finding = inspect(_text(line, number), today)
            said = {"verdict": finding.verdict, "kinds": list(finding.kinds)}
            self.stdout.write(json.dumps(said))


def _lines(stream: Iterable[bytes]) -> Iterable[bytes]:
    """Line ends are those of JSON lines only: a text may hold others."""
    return (line.rstrip(b"\r\n") for line in stream)


def _text(line: bytes, number: int) -> str:
    """Return the text of a line. Refuses, naming the line and not what is in it, any other line."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        given = None
    text = given.get("text") if isinstance(given, dict) else None
    if not isinstance(text, str):
        raise CommandError(
            f'Line {number}: not a JSON object with "text" as a string', returncode=2
        )
    return text
