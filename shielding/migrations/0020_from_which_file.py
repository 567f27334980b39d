"""From which file a hold was taken over: whoever proposed it chose the hold's source."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0019_taken_over"),
        ("accounts", "0021_imports_are_kept"),
    ]

    operations = [
        migrations.AddField(
            "hold",
            "file_import",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.fileimport",
            ),
        ),
        migrations.AddConstraint(
            "hold",
            models.CheckConstraint(
                condition=Q(("file_import__isnull", True), ("imported_at__isnull", True))
                | Q(("file_import__isnull", False), ("imported_at__isnull", False)),
                name="hold_imported_from_a_file",
            ),
        ),
    ]
