"""An index of the times of writing: the pages by day go by them, and read a page's worth.

Made beside the running site: `CONCURRENTLY` keeps nobody from writing entries meanwhile.
"""

from django.db import migrations

INDEX = "logbook_entry_written_at"


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL makes no index concurrently inside a transaction
    dependencies = [("logbook", "0001_entry")]
    operations = [
        # What an interrupted one left is not valid, and is made anew.
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY {INDEX} ON logbook_entry (written_at, id)",
            f"DROP INDEX CONCURRENTLY {INDEX}",
        ),
    ]
