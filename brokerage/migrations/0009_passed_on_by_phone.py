"""That a member passed on by phone what an outcome permits: a code, the day, who says so and when."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brokerage", "0008_who_relied_on_a_members_word"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="accessrequest",
            name="passed_on",
            field=models.CharField(
                blank=True,
                choices=[
                    ("contact", "The source’s work contact, to the requester"),
                    ("message", "A message"),
                    ("viewed", "What was viewed, to the requester"),
                ],
                db_default="",
                default="",
                max_length=30,
            ),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="passed_on_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="passed_on_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="passed_on_day",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("passed_on_at__isnull", True), ("passed_on_by__isnull", True)),
                    models.Q(("passed_on_at__isnull", False), ("passed_on_by__isnull", False)),
                    _connector="OR",
                ),
                name="access_passed_on_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("passed_on", ""),
                        ("passed_on_at__isnull", True),
                        ("passed_on_day__isnull", True),
                    ),
                    models.Q(
                        ("outcome__in", ["put_in_touch", "viewed"]),
                        ("passed_on__in", ["contact", "message", "viewed"]),
                        ("passed_on_at__isnull", False),
                        ("passed_on_day__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="access_passed_on_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lead_decided_by__isnull", True),
                    ("passed_on_by__isnull", True),
                    models.Q(("lead_decided_by", models.F("passed_on_by")), _negated=True),
                    _connector="OR",
                ),
                name="access_lead_decided_by_not_passed_on_by",
            ),
        ),
    ]
