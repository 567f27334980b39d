"""Indexes for pages of one person's and of one service's entries, in the order of writing.

Without them PostgreSQL looks for the entries of somebody who left years ago among all that was
written since. That of a person takes the place of one by number, by which nothing is listed any
more. Made beside the running site: `CONCURRENTLY` keeps nobody from writing entries meanwhile.
"""

from django.db import migrations

PERSON, SERVICE, BEFORE = (
    "logbook_entry_actor_written_at",
    "logbook_entry_service_written_at",
    "logbook_entry_actor",
)


def made(name, columns):
    """Return the operations that make an index; what an interrupted one left is made anew."""
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    return [
        migrations.RunSQL(drop, migrations.RunSQL.noop),
        migrations.RunSQL(f"CREATE INDEX CONCURRENTLY {name} ON logbook_entry {columns}", drop),
    ]


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL makes no index concurrently inside a transaction
    dependencies = [("logbook", "0002_by_time_of_writing")]
    operations = [
        *made(PERSON, "(actor, written_at, id)"),
        # Most entries are of no service: the team's.
        *made(SERVICE, "(service, written_at, id) WHERE service <> ''"),
        migrations.RunSQL(
            f"DROP INDEX CONCURRENTLY IF EXISTS {BEFORE}",
            f"CREATE INDEX CONCURRENTLY {BEFORE} ON logbook_entry (actor, id DESC)",
        ),
    ]
