"""Who phoned about *another reason*, and that a call comes in before it is entered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("requests_app", "0004_not_safe_to_tell_the_family"),
    ]
    operations = [
        migrations.AddField("request", "other_reason_since", models.DateTimeField(null=True)),
        migrations.AddField("request", "phoned_back_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "request",
            "phoned_back_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "request",
            models.CheckConstraint(
                condition=models.Q(phoned_back_at__isnull=True, phoned_back_by__isnull=True)
                | models.Q(phoned_back_at__isnull=False, phoned_back_by__isnull=False),
                name="request_phoned_back_pair",
            ),
        ),
        migrations.AddConstraint(
            "request",
            models.CheckConstraint(
                condition=models.Q(logged_at__isnull=True)
                | models.Q(submitted_at__lte=models.F("logged_at")),
                name="request_call_before_entered",
            ),
        ),
    ]
