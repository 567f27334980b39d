"""That a person was moved to another service is kept as an account's changes are."""

from django.db import migrations, models
from django.db.models import Q

CHANGES = [
    ("made", "Made"),
    ("suspended", "Suspended"),
    ("reactivated", "Let be used again"),
    ("readdressed", "Given another email address"),
    ("vouched", "Vouched for by a call"),
    ("renamed", "Given another name"),
    ("phone_set", "Given another work phone number"),
    ("moved", "Moved to another service"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_addresses")]
    operations = [
        migrations.RemoveConstraint("accountchange", "account_change_known"),
        migrations.AlterField(
            "accountchange", "change", models.CharField(choices=CHANGES, max_length=16)
        ),
        migrations.AddConstraint(
            "accountchange",
            models.CheckConstraint(
                condition=Q(change__in=[code for code, _ in CHANGES]),
                name="account_change_known",
            ),
        ),
    ]
