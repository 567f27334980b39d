"""The rota of the IW Team: who is on duty on which day, by whom it was set and ended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

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
        ("shielding", "0017_words_of_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("member", _person()),
                ("set_at", models.DateTimeField()),
                ("set_by", _person()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", _person(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(ended_at__isnull=True),
                        fields=("day",),
                        name="duty_day_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                        | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                        name="duty_day_ended_pair",
                    ),
                ],
            },
        ),
        kept(
            "shielding_dutyday",
            "id",
            "day",
            "member_id",
            "set_at",
            "set_by_id",
            once_set=("ended_at", "ended_by_id"),
        ),
    ]
