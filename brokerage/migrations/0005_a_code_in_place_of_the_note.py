"""A code takes the place of the note, and the notes go. Run with the site stopped.

What was sent before has no code and reads "Not asked"; a draft is asked. How many notes there were
is an entry, none where there was none: written by this SQL and not by `logbook.writing`, which by
the time somebody upgrades may name columns that are not there yet.
"""

from django.db import migrations, models

SAY_HOW_MANY = """
INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference, record, facts)
SELECT 1, uuid_send(gen_random_uuid()), now(), '', '', 'notes_destroyed', '', '',
    format('{"count":%s}', count(*))
FROM brokerage_accessrequest WHERE reason <> '' HAVING count(*) > 0
"""
NEEDS = [
    ("visit", "Arrange a visit or appointment"),
    ("assessment", "Complete an assessment by its date"),
    ("concern", "Pass on a concern"),
    ("one_plan", "Agree one plan"),
    ("service", "Keep a service or treatment going"),
    ("care", "Agree care or medication"),
    ("file", "Pass on or receive a file"),
    ("safe", "Check that the child is safe"),
    ("direction", "Carry out a court’s or statutory direction"),
    ("talked", "Something else, talked through with the line manager"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("brokerage", "0004_no_contact_is_kept"),
        ("logbook", "0001_entry"),
    ]
    operations = [
        migrations.RunSQL([(SAY_HOW_MANY, None)], migrations.RunSQL.noop),
        migrations.RemoveConstraint("accessrequest", "access_redacted_is_empty"),
        migrations.RemoveConstraint("accessrequest", "access_redacted_pair"),
        migrations.RemoveField("accessrequest", "reason"),
        migrations.RemoveField("accessrequest", "redacted"),
        migrations.RemoveField("accessrequest", "redacted_at"),
        migrations.RemoveField("accessrequest", "redacted_by"),
        migrations.AddField(
            "accessrequest",
            "need",
            models.CharField(blank=True, choices=NEEDS, db_default="", default="", max_length=30),
        ),
        migrations.AddConstraint(
            "accessrequest",
            models.CheckConstraint(
                condition=models.Q(need__in=["", *(code for code, _ in NEEDS)]),
                name="access_need_known",
            ),
        ),
    ]
