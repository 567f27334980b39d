"""Another email address for an account, by two; when its sessions end; the mail to the old one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import logbook.references
from shielding.accounts.migrations._kept import kept


def _by(name="+", **more):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to=settings.AUTH_USER_MODEL,
        **more,
    )


def _pair(name):
    return models.CheckConstraint(
        condition=Q(
            Q((f"{name}_at__isnull", True), (f"{name}_by__isnull", True)),
            Q((f"{name}_at__isnull", False), (f"{name}_by__isnull", False)),
            _connector="OR",
        ),
        name=f"address_{name}_pair",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_words_of_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressChange",
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
                ("address", models.EmailField(max_length=254)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("confirmed_by", _by(null=True)),
                ("person", _by("address_changes")),
                ("proposed_by", _by()),
                ("withdrawn_by", _by(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="sessions_from",
            field=models.DateTimeField(null=True),
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
                            "address_changed",
                            "changed",
                            "duty",
                            "hand_over",
                            "invitation",
                            "name_changed",
                            "password_reset",
                            "suspension",
                            "word_recorded",
                        ],
                    )
                ),
                name="mail_kind_known",
            ),
        ),
        migrations.AddConstraint(model_name="addresschange", constraint=_pair("confirmed")),
        migrations.AddConstraint(model_name="addresschange", constraint=_pair("withdrawn")),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("confirmed_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                ),
                name="address_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=Q(
                    ("confirmed_by__isnull", True),
                    Q(("confirmed_by", F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="address_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("proposed_by", F("person")), _negated=True),
                    Q(
                        ("confirmed_by__isnull", True),
                        Q(("confirmed_by", F("person")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="address_not_ones_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.UniqueConstraint(
                condition=Q(("confirmed_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("person",),
                name="address_one_open",
            ),
        ),
        kept(
            "accounts_addresschange",
            *("id", "reference", "person_id", "address", "proposed_at", "proposed_by_id"),
            once_set=("confirmed_at", "confirmed_by_id", "withdrawn_at", "withdrawn_by_id"),
        ),
    ]
