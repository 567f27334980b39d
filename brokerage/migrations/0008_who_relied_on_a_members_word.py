"""Who concludes on a member's word is another member, and never the lead who went ahead."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

DISCLOSING = ["source_will_contact", "put_in_touch", "viewed"]


class Migration(migrations.Migration):
    dependencies = [
        ("brokerage", "0007_never_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            "liaison",
            "relied_on_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "accessrequest",
            models.CheckConstraint(
                condition=~Q(outcome__in=DISCLOSING)
                | Q(lead_decided_by__isnull=True)
                | ~Q(lead_decided_by=F("concluded_by")),
                name="access_lead_does_not_disclose",
            ),
        ),
        migrations.AddConstraint(
            "liaison",
            models.CheckConstraint(
                condition=Q(relied_on_by__isnull=True) | ~Q(relied_on_by=F("answered_by")),
                name="liaison_relied_on_by_another",
            ),
        ),
    ]
