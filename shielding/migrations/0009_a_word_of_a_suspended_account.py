"""A release by an account that was suspended about then is attested by a call as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0008_a_word_by_two"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="hold", name="hold_word_by_two"),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("word_attested_by__isnull", True),
                    models.Q(
                        ("released_how__in", ["source", "on_word"]),
                        models.Q(("word_attested_by", models.F("released_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hold_word_by_two",
            ),
        ),
    ]
