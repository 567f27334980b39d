"""The days on which data were loaded into the system, each by who entered it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import logbook.references
from shielding.accounts.migrations._kept import kept


def _person(**options):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
        **options,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0014_a_first_review_asks"),
        ("accounts", "0005_never_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DataLoad",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=logbook.references.new_reference, max_length=20, unique=True
                    ),
                ),
                ("loaded_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                ("entered_by", _person()),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_by", _person(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(taken_back_at__isnull=True),
                        fields=("loaded_on",),
                        name="data_load_day_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                        | models.Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                        name="data_load_taken_back_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(taken_back_by__isnull=True)
                        | ~models.Q(taken_back_by=models.F("entered_by")),
                        name="data_load_taken_back_by_two",
                    ),
                ],
            },
        ),
        kept(
            "shielding_dataload",
            "id",
            "reference",
            "loaded_on",
            "entered_at",
            "entered_by_id",
            once_set=("taken_back_at", "taken_back_by_id"),
        ),
    ]
