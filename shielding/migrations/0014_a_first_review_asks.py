"""A first review asks: what its source said before the first mail is asked once more.

Every consultation gets the day of its first mail. Of a first review that is open, the day that
counts from now on: where it has passed and no mail went yet, today. Reviews that are concluded stay
so, by whatever concluded them.
"""

from datetime import date, timedelta

from django.db import migrations, models
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.utils import timezone

from shielding.reviews.reminder_days import first_mail_of_first_review

TODAY = RawSQL("(now() AT TIME ZONE 'Europe/London')::date", [])
_FOURTH_DAY = timedelta(days=3)


def give_first_mail_days(apps, schema_editor):
    consultations = apps.get_model("shielding", "Consultation").objects
    consultations.filter(review__kind="record").update(
        first_mail_on=models.Subquery(
            consultations.filter(pk=models.OuterRef("pk")).values("review__due")[:1]
        )
    )
    consultations.filter(review__kind="record").update(
        first_mail_on=F("first_mail_on") - timedelta(days=28)
    )
    today = timezone.localdate()
    first = consultations.filter(review__kind="request").select_related("review")
    for asked in first.iterator():
        due, is_open = asked.review.due, asked.review.concluded_at is None
        day = first_mail_of_first_review(due, asked_on=timezone.localdate(asked.asked_at))
        asked.first_mail_on = max(day, today) if is_open and _no_mail_yet(asked, due) else day
        if is_open and _no_mail_yet(asked, due):
            asked.remind_on = asked.first_mail_on
        asked.save(update_fields=["first_mail_on", "remind_on"])


def _no_mail_yet(asked, due: date) -> bool:
    """Whether the next day of a reminder is still the first that there was until now."""
    return asked.remind_on <= due - _FOURTH_DAY


class Migration(migrations.Migration):
    dependencies = [("shielding", "0013_what_was_found")]
    operations = [
        migrations.AddField(
            "consultation",
            "family_told",
            models.CharField(
                blank=True,
                choices=[
                    ("yes", "Yes, in a way that is safe"),
                    ("not_yet", "Not yet"),
                    ("not_safe", "It is not safe to tell them"),
                ],
                db_default="",
                max_length=10,
            ),
        ),
        # What the version before asks meanwhile is mailed first today.
        migrations.AddField("consultation", "first_mail_on", models.DateField(db_default=TODAY)),
        migrations.RunPython(give_first_mail_days, migrations.RunPython.noop),
    ]
