"""A word given by phone for a source without a working account takes two.

What was let go so before, of a record that is not open yet, is attested by another member as well.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def mark(apps, schema_editor):
    let_go = apps.get_model("shielding", "Hold").objects.filter(released_how="on_word")
    without_account = models.Q(source=None) | models.Q(source__is_active=False)
    still_shielded = let_go.filter(
        without_account, record__state__in=["to_shield", "shielded", "unshielding"]
    )
    still_shielded.filter(episode=models.F("record__episode")).update(word_to_attest=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_a_mail_of_a_hand_over"),
        ("shielding", "0007_hand_overs_by_two"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="hold",
            name="word_attested_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="hold",
            name="word_attested_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="hold",
            name="word_to_attest",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("word_attested_at__isnull", True), ("word_attested_by__isnull", True)
                    ),
                    models.Q(
                        ("word_attested_at__isnull", False), ("word_attested_by__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="hold_word_attested_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("word_to_attest", False), ("released_how", "on_word"), _connector="OR"
                ),
                name="hold_word_of_a_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("word_attested_by__isnull", True),
                    models.Q(
                        ("word_to_attest", True),
                        models.Q(("word_attested_by", models.F("released_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hold_word_by_two",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
