"""Who was let in again at the server stands in a table that only the owner writes to."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT

from logbook.references import new_reference


def _somebody() -> models.ForeignKey:
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_writes")]
    operations = [
        migrations.CreateModel(
            name="BrokenGlass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(default=new_reference, max_length=16, unique=True),
                ),
                ("at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("nobody_leads", "no IW lead could sign in"),
                            ("nobody_administers", "no administrator could sign in"),
                            ("break_in", "somebody used accounts that are not theirs"),
                        ],
                        max_length=20,
                    ),
                ),
                ("one", _somebody()),
                ("other", _somebody()),
                ("person", _somebody()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            why__in=["nobody_leads", "nobody_administers", "break_in"]
                        ),
                        name="broken_glass_why_known",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(one=models.F("other"))
                        & ~models.Q(one=models.F("person"))
                        & ~models.Q(other=models.F("person")),
                        name="broken_glass_three_people",
                    ),
                ],
            },
        ),
    ]
