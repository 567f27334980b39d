"""Suspensions by themselves, and who was told of each. Those of before have none: nobody was told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import logbook.references
from shielding.accounts.migrations._kept import kept


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_a_name_that_was_changed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=logbook.references.new_reference, max_length=16, unique=True
                    ),
                ),
                ("suspended_at", models.DateTimeField()),
                ("disputed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rightful", "It was right: the account stays as it is"),
                            ("wrong", "It was wrong: the person can sign in again"),
                        ],
                        db_default="",
                        max_length=10,
                    ),
                ),
                (
                    "disputed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suspensions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suspended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SuspensionTold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        default=logbook.references.new_reference, max_length=16, unique=True
                    ),
                ),
                ("said_wrong_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suspension",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="accounts.suspension",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_kind_known",
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "changed",
                            "duty",
                            "hand_over",
                            "invitation",
                            "name_changed",
                            "password_reset",
                            "suspension",
                        ],
                    )
                ),
                name="mail_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disputed_at__isnull", True), ("disputed_by__isnull", True)),
                    models.Q(("disputed_at__isnull", False), ("disputed_by__isnull", False)),
                    _connector="OR",
                ),
                name="suspension_disputed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="suspension_settled_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("suspended_by")), _negated=True),
                name="suspension_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("verdict", "")),
                    models.Q(
                        ("disputed_at__isnull", False),
                        ("settled_at__isnull", False),
                        ("verdict__in", ["rightful", "wrong"]),
                    ),
                    _connector="OR",
                ),
                name="suspension_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by__isnull", True),
                    models.Q(
                        models.Q(("settled_by", models.F("suspended_by")), _negated=True),
                        models.Q(("settled_by", models.F("person")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="suspension_settled_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspensiontold",
            constraint=models.UniqueConstraint(
                fields=("suspension", "person"), name="suspension_told_once"
            ),
        ),
        kept(
            "accounts_suspension",
            *("id", "reference", "person_id", "suspended_at", "suspended_by_id"),
        ),
        kept("accounts_suspensiontold", "id", "reference", "suspension_id", "person_id"),
    ]
