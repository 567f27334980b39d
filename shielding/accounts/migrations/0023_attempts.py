"""Tries to sign in are counted in a table of their own, and the refused ones by the hour."""

from django.db import migrations, models
from django.db.models import Q

_KINDS = [
    ("known", "A password, in a browser that signed in to this account before"),
    ("pair", "A password for one account from one network, in any other browser"),
    ("account", "A password for one account from anywhere, in any other browser"),
    ("network", "Wrong passwords from one network"),
    ("again", "The password once more, in one session"),
    ("code", "A code of one person"),
    ("mail", "A link mailed to one address"),
    ("links", "Links asked for, or tried, from one network"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_proposed_anew")]

    operations = [
        migrations.CreateModel(
            "Budget",
            [
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, auto_created=True, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=_KINDS, max_length=10)),
                ("key", models.BinaryField(max_length=32)),
                ("tries", models.PositiveIntegerField()),
                ("until", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["kind", "key"], name="budget_of_a_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            "RefusedTries",
            [
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, auto_created=True, verbose_name="ID"
                    ),
                ),
                ("account", models.UUIDField(null=True)),
                ("network", models.BinaryField(max_length=32)),
                ("hour", models.DateTimeField()),
                ("tries", models.PositiveIntegerField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["account", "network", "hour"],
                        name="refused_tries_of_an_hour_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(condition=Q(tries__gt=0), name="refused_tries_are_some"),
                ],
            },
        ),
    ]
