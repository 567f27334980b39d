"""A first review asks: what its source said before the first mail is asked once more.

Every consultation gets the day of its first mail. Of a first review that is open, the day that
counts from now on: where it has passed and no mail went yet, today. Reviews that are concluded stay
so, by whatever concluded them.
"""

from django.db import migrations, models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from shielding.reviews.reminder_days import first_mail_of_first_review

TODAY = RawSQL("(now() AT TIME ZONE 'Europe/London')::date", [])
SIX_MONTHLY = """
UPDATE shielding_consultation asked SET first_mail_on = review.due - 28
FROM shielding_review review WHERE review.id = asked.review_id AND review.kind = 'record'
"""
# A first review's days are few beside those who were asked: the working calendar counts each pair
# once, and one statement gives them to all, while nobody can read the table.
PAIRS = """
SELECT DISTINCT review.due, (asked.asked_at AT TIME ZONE 'Europe/London')::date
FROM shielding_consultation asked JOIN shielding_review review ON review.id = asked.review_id
WHERE review.kind = 'request'
"""
# No mail went yet where the next day of a reminder is still the first that there was until now.
FIRST = """
WITH counted AS (
    SELECT asked.id, mail.day, review.concluded_at IS NULL
        AND asked.remind_on <= review.due - 3 AS waits
    FROM shielding_consultation asked JOIN shielding_review review ON review.id = asked.review_id
    JOIN unnest(%(due)s::date[], %(asked_on)s::date[], %(day)s::date[])
        AS mail (due, asked_on, day) ON mail.due = review.due
        AND mail.asked_on = (asked.asked_at AT TIME ZONE 'Europe/London')::date
    WHERE review.kind = 'request'
)
UPDATE shielding_consultation asked SET
    first_mail_on = CASE WHEN waits THEN GREATEST(day, %(today)s) ELSE day END,
    remind_on = CASE WHEN waits THEN GREATEST(day, %(today)s) ELSE remind_on END
FROM counted WHERE counted.id = asked.id
"""


def give_first_mail_days(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(SIX_MONTHLY)
        cursor.execute(PAIRS)
        pairs = cursor.fetchall()
        days = [first_mail_of_first_review(due, asked_on=asked_on) for due, asked_on in pairs]
        cursor.execute(
            FIRST,
            {
                "due": [due for due, _ in pairs],
                "asked_on": [asked_on for _, asked_on in pairs],
                "day": days,
                "today": timezone.localdate(),
            },
        )


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
