"""The days of a shield that was taken over from a file, for its practitioner to know it by."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0006_taken_over")]

    operations = [
        migrations.AddField("request", "placed_on", models.DateField(null=True)),
        migrations.AddField("request", "applied_on", models.DateField(null=True)),
        migrations.AddConstraint(
            "request",
            models.CheckConstraint(
                condition=Q(("applied_on__isnull", True), ("placed_on__isnull", True))
                | Q(
                    ("applied_on__gte", F("placed_on")),
                    ("imported_at__isnull", False),
                    ("placed_on__isnull", False),
                ),
                name="request_days_of_one_imported",
            ),
        ),
    ]
