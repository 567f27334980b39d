"""What members found who looked at a record, and the holds that were found open."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0012_entered_in_error"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="shielding.record",
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            (
                                "shielded",
                                "It is shielded; no duplicate or unmatched unshielded record was "
                                "found",
                            ),
                            (
                                "duplicate",
                                "It is shielded; a duplicate or unmatched unshielded record was "
                                "found",
                            ),
                            ("open", "It is open: it can be found there"),
                            ("not_found", "There is no record with this number"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("open_from", models.DateField(null=True)),
                ("open_until", models.DateField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            finding__in=["shielded", "duplicate", "open", "not_found"]
                        ),
                        name="check_finding_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(finding="open")
                        | models.Q(open_from__isnull=True, open_until__isnull=True),
                        name="check_days_of_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(open_from__isnull=True)
                        | models.Q(open_until__isnull=True)
                        | models.Q(open_from__lte=models.F("open_until")),
                        name="check_days_in_order",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="hold",
            name="found_open_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="hold",
            constraint=models.CheckConstraint(
                condition=models.Q(applied_at__isnull=True) | models.Q(found_open_at__isnull=True),
                name="hold_found_open_not_applied",
            ),
        ),
    ]
