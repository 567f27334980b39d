"""A review may be added for one hold, for a coded reason; there is none yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

REASONS = [
    ("risk_lower", "The risk is lower"),
    ("risk_higher", "The risk is higher"),
    ("whereabouts_known", "The whereabouts have become known"),
    ("new_address", "There is a new address"),
    ("turning_18", "The young person turns 18"),
    ("consent_given", "Consent was given"),
    ("consent_withdrawn", "Consent was withdrawn"),
    ("data_load", "Data was loaded on the system"),
    ("complaint", "There is a complaint"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0015_data_loads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "review",
            "kind",
            models.CharField(
                choices=[
                    ("request", "First review of a request"),
                    ("record", "Six-monthly review"),
                    ("added", "Added review"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            "review",
            "reason",
            models.CharField(blank=True, choices=REASONS, db_default="", max_length=20),
        ),
        migrations.AddField("review", "asked_for_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "review",
            "asked_for_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "review",
            models.CheckConstraint(
                condition=Q(asked_for_at__isnull=True, asked_for_by__isnull=True)
                | Q(asked_for_at__isnull=False, asked_for_by__isnull=False),
                name="review_asked_for_pair",
            ),
        ),
        migrations.AddConstraint(
            "review",
            models.CheckConstraint(
                condition=Q(
                    kind="added",
                    hold__isnull=False,
                    reason__in=[code for code, _ in REASONS],
                    asked_for_at__isnull=False,
                )
                | (~Q(kind="added") & Q(reason="", asked_for_at__isnull=True)),
                name="review_added_whole",
            ),
        ),
        migrations.AddConstraint(
            "review",
            models.UniqueConstraint(
                fields=["hold"],
                condition=Q(kind="added", concluded_at__isnull=True),
                name="review_one_added_open_per_hold",
            ),
        ),
    ]
