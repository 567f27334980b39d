"""Every first review that is open when this arrives asks its source, as later ones do from birth."""

from datetime import timedelta

from django.db import migrations

from logbook.references import new_reference


def ask(apps, schema_editor):
    review = apps.get_model("shielding", "Review")
    consultation = apps.get_model("shielding", "Consultation")
    waiting = review.objects.filter(
        concluded_at__isnull=True, hold__isnull=False, hold__released_at__isnull=True
    )
    consultation.objects.bulk_create(
        [
            consultation(
                reference=new_reference(),
                review_id=one.pk,
                hold_id=one.hold_id,
                asked_at=one.opened_at,
                remind_on=one.due - timedelta(days=3),
            )
            for one in waiting.iterator()
        ]
    )


class Migration(migrations.Migration):
    dependencies = [("shielding", "0003_reviews_and_ends")]
    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]
