"""A work phone number of staff in the directory, and that it was set is kept as an account's changes.

Nobody has one at first. The constraint is checked later than it is added, and no column is filled.
"""

from django.db import migrations, models
from django.db.models import Q

PHONE_NUMBER = r"^(0|\+[1-9])( ?[0-9]){9,14}( ext [0-9]{1,6})?$"
CHANGES = [
    ("made", "Made"),
    ("suspended", "Suspended"),
    ("reactivated", "Let be used again"),
    ("readdressed", "Given another e-mail address"),
    ("vouched", "Vouched for by a call"),
    ("renamed", "Given another name"),
    ("phone_set", "Given another work phone number"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_duty_mailboxes")]
    operations = [
        migrations.AddField(
            "user",
            "phone",
            models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddConstraint(
            "user",
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=PHONE_NUMBER), name="user_phone_is_one"
            ),
        ),
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
