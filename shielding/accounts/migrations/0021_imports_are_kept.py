"""An import keeps what it is known by, and has a key of its own until it has ended."""

from django.db import migrations, models
from django.db.models import Q

import shielding.accounts.bulk.models
from shielding.accounts.migrations._kept import kept

# Another member may confirm it anew, as long as it is open: who confirmed it is never taken off.
_CONFIRMED = """
CREATE TRIGGER accounts_fileimport_confirmed BEFORE UPDATE ON accounts_fileimport FOR EACH ROW
WHEN (
    OLD.confirmed_at IS NOT NULL
    AND (OLD.confirmed_at, OLD.confirmed_by_id) IS DISTINCT FROM
        (NEW.confirmed_at, NEW.confirmed_by_id)
    AND (
        NEW.confirmed_at IS NULL OR OLD.finished_at IS NOT NULL OR OLD.taken_back_at IS NOT NULL
    )
) EXECUTE FUNCTION shielding_never_changes()
"""
# A key is only ever taken away.
_KEY = """
CREATE TRIGGER accounts_fileimport_key BEFORE UPDATE ON accounts_fileimport FOR EACH ROW
WHEN (NEW.row_key IS NOT NULL AND OLD.row_key IS DISTINCT FROM NEW.row_key)
EXECUTE FUNCTION shielding_never_changes()
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_imports_from_files")]

    operations = [
        migrations.AddField("fileimport", "row_key", models.BinaryField(null=True)),
        migrations.AlterField(
            "fileimport",
            "row_key",
            models.BinaryField(default=shielding.accounts.bulk.models.new_row_key, null=True),
        ),
        migrations.AddConstraint(
            "fileimport",
            models.CheckConstraint(
                condition=Q(("row_key__isnull", True))
                | Q(("finished_at__isnull", True), ("taken_back_at__isnull", True)),
                name="file_import_ended_has_no_key",
            ),
        ),
        kept(
            "accounts_fileimport",
            *("id", "reference", "kind", "digest", "rows", "proposed_at", "proposed_by_id"),
            once_set=("taken_back_at", "taken_back_by_id", "finished_at"),
        ),
        migrations.RunSQL(
            _CONFIRMED, "DROP TRIGGER accounts_fileimport_confirmed ON accounts_fileimport"
        ),
        migrations.RunSQL(_KEY, "DROP TRIGGER accounts_fileimport_key ON accounts_fileimport"),
    ]
