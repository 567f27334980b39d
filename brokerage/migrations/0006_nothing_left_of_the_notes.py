"""A column that was dropped leaves its bytes in the table's file: both files are written anew.

The second has samples that PostgreSQL took of the notes for its planner. What somebody's open
transaction could still read is kept by VACUUM, so all that were open end first, also those of other
databases of the server. VACUUM runs in no transaction: so this is a migration of its own, and one
that was interrupted or refused runs again.
"""

import time

from django.db import migrations

FILES = ("brokerage_accessrequest", "pg_catalog.pg_statistic")
MOST_SECONDS = 120


class StillOpen(Exception):
    """Somebody's transaction was open all the while."""


def write_anew(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM brokerage_accessrequest)")
        if not cursor.fetchone()[0]:
            return
        wait_for_open_transactions(cursor)
        cursor.execute("SET statement_timeout = 0")
        for table in FILES:
            cursor.execute(f"VACUUM FULL {table}")
        cursor.execute("RESET statement_timeout")


def wait_for_open_transactions(cursor):
    """Return when every transaction that is open now has ended. Raises StillOpen after a while."""
    cursor.execute("SELECT pg_current_xact_id()::text")
    now = cursor.fetchone()[0]
    for _ in range(MOST_SECONDS):
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [now])
        if cursor.fetchone()[0]:
            return
        time.sleep(1)
    raise StillOpen("A transaction is open on this PostgreSQL: end it, then run this step again.")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("brokerage", "0005_a_code_in_place_of_the_note")]
    operations = [migrations.RunPython(write_anew, migrations.RunPython.noop)]
