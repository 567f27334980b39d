"""Whether the source asked the family, and the end of what nobody finished in time.

What was answered before says nothing of the family. What is over already ends with the next minute.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brokerage", "0009_passed_on_by_phone"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="access_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="accessrequest",
            name="access_outcome_known",
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="lapsed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="liaison",
            name="family",
            field=models.CharField(
                blank=True,
                choices=[
                    ("content", "Asked, and content with it"),
                    ("not_content", "Asked, and not content with it"),
                    ("not_safe", "Not asked: it is not safe to ask them"),
                ],
                db_default="",
                default="",
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="accessrequest",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("source_will_contact", "The source will contact the requester"),
                    ("put_in_touch", "Put in touch through the IW Team"),
                    ("viewed", "Viewed for the requester by the IW Team, passed on by phone"),
                    ("declined", "Declined"),
                    ("referred", "Referred to the police or social care"),
                    ("no_brokerage_needed", "No brokerage needed"),
                    ("no_answer", "No answer"),
                    ("no_longer_needed", "No longer needed"),
                    ("not_in_time", "Not answered in time"),
                ],
                max_length=30,
            ),
        ),
        migrations.AlterField(
            model_name="accessrequest",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("discarded", "Discarded"),
                    ("with_manager", "With the line manager"),
                    ("declined", "Declined by the line manager"),
                    ("with_iw", "To begin"),
                    ("consulting", "Being brokered"),
                    ("with_lead", "With the IW lead"),
                    ("concluded", "Concluded"),
                    ("withdrawn", "Withdrawn"),
                    ("lapsed", "Lapsed"),
                ],
                default="draft",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "draft",
                            "discarded",
                            "with_manager",
                            "declined",
                            "with_iw",
                            "consulting",
                            "with_lead",
                            "concluded",
                            "withdrawn",
                            "lapsed",
                        ],
                    )
                ),
                name="access_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("concluded_at__isnull", True),
                        ("lapsed_at__isnull", False),
                        ("needed_until__isnull", False),
                        ("outcome", "not_in_time"),
                        ("publish_at__isnull", False),
                        ("state", "lapsed"),
                    ),
                    models.Q(
                        models.Q(("state", "lapsed"), _negated=True),
                        ("lapsed_at__isnull", True),
                        models.Q(("outcome", "not_in_time"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="access_lapsed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", ""),
                    (
                        "outcome__in",
                        [
                            "source_will_contact",
                            "put_in_touch",
                            "viewed",
                            "declined",
                            "referred",
                            "no_brokerage_needed",
                            "no_answer",
                            "no_longer_needed",
                            "not_in_time",
                        ],
                    ),
                    _connector="OR",
                ),
                name="access_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="liaison",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("family", ""),
                    models.Q(
                        ("answer__in", ["will_contact", "give_contact", "objects"]),
                        ("family__in", ["content", "not_content", "not_safe"]),
                    ),
                    _connector="OR",
                ),
                name="liaison_family_of_a_word",
            ),
        ),
    ]
