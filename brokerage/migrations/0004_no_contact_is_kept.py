"""A lead's "no contact" has a moment of its own, which no later going ahead takes away."""

from django.db import migrations, models

_KEPT = """
UPDATE brokerage_accessrequest SET no_contact_at = lead_decided_at
WHERE lead_decision = 'no_contact';
"""


class Migration(migrations.Migration):
    dependencies = [("brokerage", "0003_what_consulting_is_called")]
    operations = [
        migrations.AddField(
            model_name="accessrequest",
            name="no_contact_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(_KEPT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("lead_decision", "no_contact"), _negated=True)
                | models.Q(("no_contact_at__isnull", False)),
                name="access_no_contact_kept",
            ),
        ),
    ]
