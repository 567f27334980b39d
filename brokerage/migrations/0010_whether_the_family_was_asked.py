"""Whether the source asked the family before they answered. Of what was answered before, nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("brokerage", "0009_passed_on_by_phone"),
    ]

    operations = [
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
