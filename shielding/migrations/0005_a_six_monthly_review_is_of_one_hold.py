"""A six-monthly review is of one hold, and every standing hold gets its day. The site is stopped.

Six months from the last review that asked its source and was answered or due, counted as the acts
count from now on; for one that was never asked, from the London day of its placing; never later
than six months from today. Where a review is open its due day, and that review finishes as it was
asked. Each day is an entry: before it a record had one day for all who ask, which the entries of
before tell of. Written by this SQL and not by `logbook.writing`, which by the time somebody
upgrades may name columns that are not there yet.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL

IN_SIX_MONTHS = RawSQL(
    "((now() AT TIME ZONE 'Europe/London')::date + interval '6 months')::date", []
)

DATE_HOLDS = """
WITH asked AS (
    SELECT DISTINCT ON (consultation.hold_id)
        consultation.hold_id,
        review.concluded_at IS NULL AS is_open,
        review.due,
        CASE WHEN consultation.answer = 'still_needed'
            THEN (consultation.answered_at AT TIME ZONE 'Europe/London')::date END AS answered_on
    FROM shielding_consultation consultation
    JOIN shielding_review review ON review.id = consultation.review_id
    WHERE review.kind = 'record'
    ORDER BY consultation.hold_id, is_open DESC, review.due DESC, review.id DESC
), counted AS (
    SELECT hold.id, asked.is_open, asked.due,
        COALESCE(
            LEAST(asked.due, asked.answered_on), (hold.placed_at AT TIME ZONE 'Europe/London')::date
        ) AS counted_from
    FROM shielding_hold hold LEFT JOIN asked ON asked.hold_id = hold.id
    WHERE hold.released_at IS NULL
)
UPDATE shielding_hold hold
SET review_due = CASE WHEN counted.is_open THEN counted.due ELSE (
    LEAST(counted.counted_from, (now() AT TIME ZONE 'Europe/London')::date)
    + make_interval(months => :months)
)::date END
FROM counted WHERE counted.id = hold.id
""".replace(":months", str(settings.REVIEW_MONTHS))
DATE_RECORDS = """
UPDATE shielding_record record SET review_due = earliest.day
FROM (
    SELECT record_id, min(review_due) AS day FROM shielding_hold
    WHERE released_at IS NULL GROUP BY record_id
) earliest
WHERE earliest.record_id = record.id
"""
SAY_SO = """
INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference, record, facts)
SELECT 1, uuid_send(gen_random_uuid()), now(), '', '', 'hold_review_dated', hold.reference,
    record.reference, format('{"due":"%s"}', hold.review_due)
FROM shielding_hold hold JOIN shielding_record record ON record.id = hold.record_id
WHERE hold.released_at IS NULL ORDER BY hold.id;
INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference, record, facts)
SELECT 1, uuid_send(gen_random_uuid()), now(), '', '', 'record_review_dated', '',
    record.reference, format('{"due":"%s"}', record.review_due)
FROM shielding_record record
WHERE record.state NOT IN ('not_shielded', 'closed') AND NOT EXISTS (
    SELECT 1 FROM shielding_hold hold
    WHERE hold.record_id = record.id AND hold.released_at IS NULL
) ORDER BY record.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_deputies"),
        ("logbook", "0001_entry"),
        ("shielding", "0004_ask_open_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveConstraint("review", "review_of_record_has_no_hold"),
        migrations.RemoveConstraint("review", "review_one_open_per_record"),
        migrations.AddField("hold", "review_due", models.DateField(null=True)),
        migrations.RunSQL(DATE_HOLDS, migrations.RunSQL.noop),
        migrations.RunSQL(DATE_RECORDS, migrations.RunSQL.noop),
        migrations.RunSQL(SAY_SO, migrations.RunSQL.noop),
        # What is placed from now on has a day whoever places it.
        migrations.AlterField(
            "hold", "review_due", models.DateField(null=True, db_default=IN_SIX_MONTHS)
        ),
        migrations.AlterField(
            "review",
            "kind",
            models.CharField(
                choices=[
                    ("request", "First review of a request"),
                    ("record", "Six-monthly review"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            "hold",
            models.Index(
                fields=["review_due"],
                condition=models.Q(released_at__isnull=True),
                name="hold_by_review_due",
            ),
        ),
        migrations.AddConstraint(
            "hold",
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=False) | models.Q(review_due__isnull=False),
                name="hold_standing_has_review_due",
            ),
        ),
        migrations.AddConstraint(
            "review",
            models.UniqueConstraint(
                fields=["hold"],
                condition=models.Q(kind="record", concluded_at__isnull=True),
                name="review_one_open_per_hold",
            ),
        ),
        migrations.AddConstraint(
            "review",
            models.UniqueConstraint(
                fields=["record"],
                condition=models.Q(kind="record", hold__isnull=True, concluded_at__isnull=True),
                name="review_one_open_of_nobody",
            ),
        ),
    ]
