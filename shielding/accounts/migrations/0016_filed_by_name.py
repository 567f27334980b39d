"""People and services are listed as people sort: by a column that PostgreSQL keeps beside the name.

The version that still runs writes names as before and need not know of it. The two tables are
written anew, which takes milliseconds a thousand rows.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0015_a_mail_of_a_word"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="service",
            options={"ordering": ("sort_name", "id")},
        ),
        migrations.AlterModelOptions(
            name="user",
            options={"ordering": ("sort_name", "id")},
        ),
        migrations.AddField(
            model_name="service",
            name="sort_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "name",
                    template="lower(translate(replace(replace(replace(replace(replace(regexp_replace(normalize(%(expressions)s, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'ß', 'ss'), 'ØøŁłĐđÐðı’‘''', 'oollddddi'))",
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="sort_name",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(
                    "name",
                    template="lower(translate(replace(replace(replace(replace(replace(regexp_replace(normalize(%(expressions)s, NFKD), '[\\u0300-\\u036f]', '', 'g'), 'Æ', 'ae'), 'æ', 'ae'), 'Œ', 'oe'), 'œ', 'oe'), 'ß', 'ss'), 'ØøŁłĐđÐðı’‘''', 'oollddddi'))",
                ),
                output_field=models.TextField(),
            ),
        ),
    ]
