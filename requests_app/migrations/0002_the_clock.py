"""Whether professionals were told; and no source for what was phoned and is not confirmed."""

from django.db import migrations, models

# A call may have been put to the wrong name: its service stands in until the practitioner confirms.
NO_SOURCE_UNTIL_CONFIRMED = """
UPDATE shielding_hold AS hold SET source_id = NULL
FROM requests_app_request AS request
WHERE request.hold_id = hold.id
  AND request.logged_by_id IS NOT NULL
  AND request.practitioner_id IS NOT NULL
  AND request.confirmed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0001_initial"),
        ("shielding", "0003_reviews_and_ends"),
    ]
    operations = [
        migrations.AddField(
            model_name="request",
            name="professionals_told_on",
            field=models.DateField(null=True),
        ),
        migrations.RunSQL(NO_SOURCE_UNTIL_CONFIRMED, migrations.RunSQL.noop),
    ]
