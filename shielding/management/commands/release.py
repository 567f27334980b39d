"""The release step: migrate as the owner, then log every setting that differs from the last one."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError, call_command
from django.db import OperationalError, connection, transaction

from logbook.days import clock_now
from logbook.reading import latest_facts
from logbook.writing import log_entry
from shielding.demo.moving import keep_file
from shielding.operations import deploy_checks
from shielding.operations.database_roles import OWNER_WAITS, as_owner, keep_unshield_by_two
from shielding.operations.server_log import values_in_log

LOCK_NOT_HAD = "55P03"  # PostgreSQL's lock_not_available

# Settings whose value an auditor must be able to date. None of them is a secret.
LOGGED = (
    "COUNCIL_NAME",
    "COUNCIL_PHONE",
    "COUNCIL_PHONE_OUT_OF_HOURS",
    "COUNCIL_EMAIL",
    "DUTY_MAILBOXES",
    "MAIL_DOMAINS",
    "MAIL_SENDER_NAME",
    "MAIL_CHECK_PHONE",
    "RECORD_NUMBER_HINT",
    "SYSTEM_NAME",
    "RECORD_NUMBER_PATTERN",
    "FIRST_REVIEW_DAYS",
    "REVIEW_MONTHS",
    "UNSHIELD_BY_TWO",
    "SECOND_FACTOR",
    "SESSION_IDLE_MINUTES",
    "SESSION_HOURS",
    "FRESH_SIGN_IN_MINUTES",
    "TRUSTED_PROXY_COUNT",
    "WRITES_AN_HOUR",
)
STILL_LOCKED = (
    f"Somebody held a table for longer than {OWNER_WAITS} seconds, so this release was given up."
    " What it had finished stays, the step it was at was undone, and the version that runs can go"
    " on. Look for a session that stands still (a backup, a report, a psql: pg_stat_activity lists"
    " them), end it, and run `manage.py release` again."
)
NOT_UTF8 = (
    "The database keeps text as {}. Names of staff have accents, so it must be UTF8: make one with"
    " CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0, and restore this one into it."
)


class Command(BaseCommand):
    """`make migrate`: bring the database to this version of the code, and say what was set."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner; log settings as the application. Safe to run again.

        Raises CommandError when the two sign-ins do not fit, when the database keeps text otherwise
        than as UTF8, and when a lock is not to be had.
        """
        try:
            self.migrate(options["verbosity"])
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) != LOCK_NOT_HAD:
                raise
            raise CommandError(STILL_LOCKED) from error
        if settings.DEMO_CLOCK:
            keep_file()
        self.log_settings()
        if options["verbosity"] and not settings.LOCAL_HTTP:
            self.say_what_is_missing()
        if options["verbosity"]:
            for sentence in values_in_log():
                self.stderr.write(self.style.WARNING(sentence))

    def say_what_is_missing(self) -> None:
        """Print what a council still has to set; a demo has nothing of it, and is told nothing."""
        for found in run_checks(tags=[deploy_checks.TAG], include_deployment_checks=True):
            self.stderr.write(self.style.WARNING(f"{found.msg} {found.hint}"))

    def migrate(self, verbosity: int) -> None:
        """Bring tables, rights and the council's constraint to this version, as the owner."""
        with as_owner(connection):
            refuse_another_encoding()
            call_command("migrate", verbosity=verbosity, interactive=False)
            keep_unshield_by_two(settings.UNSHIELD_BY_TWO)

    def log_settings(self) -> None:
        """Write an entry for each setting whose value is not the one last logged.

        Those of the signs of misuse have an event of their own, which auditors alone read.
        """
        with transaction.atomic():
            for name in LOGGED:
                _log_if_changed("setting_changed", name, getattr(settings, name))
            for sign, number in settings.MISUSE.items():
                _log_if_changed("threshold_changed", f"MISUSE_{sign.upper()}", number)


def refuse_another_encoding() -> None:
    """Raise CommandError where the database keeps text otherwise than as UTF8."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        (encoding,) = cursor.fetchone()
    if encoding != "UTF8":
        raise CommandError(NOT_UTF8.format(encoding))


def _log_if_changed(event: str, name: str, setting: object) -> None:
    value, last = _as_code(setting), latest_facts(event, setting=name)
    if last is None or last["value"] != value:
        log_entry(event, by=None, at=clock_now(), setting=name, value=value)


def _as_code(value: object) -> str:
    """A setting's value as a fact, which holds no free text: its digest where it is not a code."""
    text = str(value)
    if text.isascii() and text.replace("_", "").isalnum() and len(text) <= 40:
        return text
    return "sha256." + hashlib.sha256(text.encode()).hexdigest()[:32]
