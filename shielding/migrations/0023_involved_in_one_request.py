"""How the new practitioner of one request is known to be involved is kept with its hand-over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shielding", "0022_stays_taken_over")]

    operations = [
        migrations.AddField(
            "handover",
            "involvement",
            models.CharField(
                blank=True,
                choices=[
                    ("on_record", "Their service is on the record"),
                    ("manager_confirmed", "Their manager confirmed it on a directory number"),
                ],
                db_default="",
                max_length=30,
            ),
        ),
    ]
