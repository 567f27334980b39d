"""A member may take the place of who proposed an import, as long as it is open."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

# Another may take that place after them: whose it is now is never taken off, nor once it is over.
_ANEW = """
CREATE TRIGGER accounts_fileimport_anew BEFORE UPDATE ON accounts_fileimport FOR EACH ROW
WHEN (
    (OLD.proposed_anew_at, OLD.proposed_anew_by_id) IS DISTINCT FROM
        (NEW.proposed_anew_at, NEW.proposed_anew_by_id)
    AND (
        NEW.proposed_anew_at IS NULL
        OR OLD.finished_at IS NOT NULL
        OR OLD.taken_back_at IS NOT NULL
    )
) EXECUTE FUNCTION shielding_never_changes()
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0021_imports_are_kept")]

    operations = [
        migrations.AddField("fileimport", "proposed_anew_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "fileimport",
            "proposed_anew_by",
            models.ForeignKey(
                settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
            ),
        ),
        migrations.AddConstraint(
            "fileimport",
            models.CheckConstraint(
                condition=Q(proposed_anew_at__isnull=True, proposed_anew_by__isnull=True)
                | Q(proposed_anew_at__isnull=False, proposed_anew_by__isnull=False),
                name="file_import_proposed_anew_pair",
            ),
        ),
        migrations.AddConstraint(
            "fileimport",
            models.CheckConstraint(
                condition=Q(proposed_anew_by__isnull=True)
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_anew_by")),
                name="file_import_anew_by_two",
            ),
        ),
        migrations.RunSQL(_ANEW, "DROP TRIGGER accounts_fileimport_anew ON accounts_fileimport"),
    ]
