"""Tries that were refused unseen: counted, told by one entry an hour, and then forgotten."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from logbook.writing import log_entry
from shielding.accounts.attempts.budget import FORGOTTEN_AFTER
from shielding.accounts.attempts.models import RefusedTries
from shielding.sealing import keyed

# After the hour's end, for a try that was counted in its last second.
_TOLD_AFTER = timedelta(hours=1, minutes=5)
_KEPT = timedelta(days=7)
# Of one look, which has a minute.
_AT_ONCE = 500
_COUNT = """
INSERT INTO accounts_refusedtries AS had (account, network, hour, tries) VALUES (%s, %s, %s, 1)
ON CONFLICT (account, network, hour) DO UPDATE SET tries = had.tries + 1
"""
_CLEAR_BUDGETS = """
DELETE FROM accounts_budget WHERE id IN (
    SELECT id FROM accounts_budget WHERE last_at < %s AND (until IS NULL OR until < %s) LIMIT 5000
)
"""
_CLEAR_TOLD = "DELETE FROM accounts_refusedtries WHERE told_at < %s"


def count(account: UUID | None, network: str, now: datetime) -> None:
    """Count one refused try for its account, its network and the hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [account, keyed("network", network), hour])


def keep_house(now: datetime, real: datetime) -> None:
    """Tell the refused tries of hours that are over, then delete what is told and forgotten.

    `real` decides what is over, for tries are counted by it; the entries say `now`.
    """
    tell(now, real)
    clear(real)


def tell(now: datetime, real: datetime) -> None:
    """Write one entry for each account, network and hour that is over. Process document, step 8."""
    with transaction.atomic():
        untold = RefusedTries.objects.select_for_update(skip_locked=True)
        over = untold.filter(told_at=None, hour__lte=real - _TOLD_AFTER).order_by("id")[:_AT_ONCE]
        rows = list(over)
        for row in rows:
            log_entry(
                "sign_ins_refused",
                by=None,
                at=now,
                account=str(row.account or "unknown"),
                network=bytes(row.network)[:6].hex(),
                hour=row.hour,
                tries=row.tries,
            )
        RefusedTries.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=real)


def clear(real: datetime) -> None:
    """Delete counts that nobody added to for a day, and what was told a week ago."""
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR_BUDGETS, [real - FORGOTTEN_AFTER, real])
        cursor.execute(_CLEAR_TOLD, [real - _KEPT])
