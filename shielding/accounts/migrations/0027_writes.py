"""What one person sends in an hour is counted beside their tries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0026_grants_by_the_owners_function"),
    ]

    operations = [
        migrations.AlterField(
            model_name="budget",
            name="kind",
            field=models.CharField(
                choices=[
                    ("known", "A password, in a browser that signed in to this account before"),
                    ("pair", "A password for one account from one network, in any other browser"),
                    ("account", "A password for one account from anywhere, in any other browser"),
                    ("network", "Wrong passwords from one network"),
                    ("again", "The password once more, in one session"),
                    ("code", "A code of one person"),
                    ("mail", "A link mailed to one address"),
                    ("links", "Links asked for, or tried, from one network"),
                    ("write", "What one person sends in an hour"),
                    ("told", "An entry of an hour in which one person sent too much"),
                ],
                max_length=10,
            ),
        ),
    ]
