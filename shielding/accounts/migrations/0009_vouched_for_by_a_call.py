"""A new practitioner's account lets go of nothing before somebody phoned the person behind it.

Accounts that were there before the rule count as vouched for, by nobody.
"""

from django.db import migrations, models


def vouch_for_all(apps, schema_editor):
    changes = apps.get_model("accounts", "AccountChange").objects
    there = changes.filter(change="made", person__role="practitioner").values_list("person", "at")
    rows = [changes.model(person_id=person, change="vouched", at=at) for person, at in there]
    changes.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_a_mail_of_a_hand_over"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accountchange",
            name="account_change_known",
        ),
        migrations.RemoveConstraint(
            model_name="accountchange",
            name="account_change_by_somebody",
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="change",
            field=models.CharField(
                choices=[
                    ("made", "Made"),
                    ("suspended", "Suspended"),
                    ("reactivated", "Let be used again"),
                    ("readdressed", "Given another e-mail address"),
                    ("vouched", "Vouched for by a call"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("change__in", ["made", "suspended", "reactivated", "readdressed", "vouched"])
                ),
                name="account_change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by__isnull", False), ("change__in", ["made", "vouched"]), _connector="OR"
                ),
                name="account_change_by_somebody",
            ),
        ),
        migrations.RunPython(vouch_for_all, migrations.RunPython.noop),
    ]
