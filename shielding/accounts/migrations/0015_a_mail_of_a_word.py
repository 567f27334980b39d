"""A mail of its own for line managers: that a member recorded something in a source's name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0014_a_work_phone_number"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_kind_known",
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "changed",
                            "duty",
                            "hand_over",
                            "invitation",
                            "name_changed",
                            "password_reset",
                            "suspension",
                            "word_recorded",
                        ],
                    )
                ),
                name="mail_kind_known",
            ),
        ),
    ]
