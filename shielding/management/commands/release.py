"""The release step: migrate as the owner, then log every setting that differs from the last one."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connection, transaction
from django.utils import timezone

from logbook.reading import latest_facts
from logbook.writing import record
from shielding.database import as_owner, keep_unshield_by_two

# Settings whose value an auditor must be able to date. None of them is a secret.
LOGGED = (
    "COUNCIL_NAME",
    "COUNCIL_PHONE",
    "COUNCIL_PHONE_OUT_OF_HOURS",
    "COUNCIL_EMAIL",
    "RECORD_NUMBER_HINT",
    "SYSTEM_NAME",
    "RECORD_NUMBER_PATTERN",
    "FIRST_REVIEW_DAYS",
    "REVIEW_MONTHS",
    "UNSHIELD_BY_TWO",
    "SESSION_IDLE_MINUTES",
    "SESSION_HOURS",
    "FRESH_SIGN_IN_MINUTES",
)


class Command(BaseCommand):
    """`make migrate`: bring the database to this version of the code, and say what was set."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner; log settings as the application. Safe to run again."""
        with as_owner(connection):
            call_command("migrate", verbosity=options["verbosity"], interactive=False)
            keep_unshield_by_two(settings.UNSHIELD_BY_TWO)
        self.log_settings()

    def log_settings(self) -> None:
        """Write an entry for each setting whose value is not the one last logged."""
        now = timezone.now()
        with transaction.atomic():
            for name in LOGGED:
                value = _as_code(getattr(settings, name))
                last = latest_facts("setting_changed", setting=name)
                if last is None or last["value"] != value:
                    record("setting_changed", by=None, at=now, setting=name, value=value)


def _as_code(value: object) -> str:
    """A setting's value as a fact, which holds no free text: its digest where it is not a code."""
    text = str(value)
    if text.isascii() and text.replace("_", "").isalnum() and len(text) <= 40:
        return text
    return "sha256." + hashlib.sha256(text.encode()).hexdigest()[:32]
