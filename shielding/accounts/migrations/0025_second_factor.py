"""What opens an account besides the password: apps, keys and recovery codes, which stay."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import logbook.references
from shielding.accounts.migrations._kept import kept

# A code is taken once, and a key that is copied betrays itself: neither counts back.
_COUNTS_UP = """
CREATE TRIGGER accounts_factor_counts_up BEFORE UPDATE ON accounts_factor FOR EACH ROW
WHEN (
    NEW.last_step < OLD.last_step OR NEW.sign_count < OLD.sign_count
    OR (OLD.last_step IS NOT NULL AND NEW.last_step IS NULL)
) EXECUTE FUNCTION shielding_never_changes()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0024_sessions"),
    ]

    operations = [
        migrations.AddField("user", "password_by_link_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Factor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("app", "Authenticator app"), ("key", "Security key or passkey")],
                        max_length=8,
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("last_step", models.BigIntegerField(null=True)),
                ("credential_id", models.BinaryField(null=True, unique=True)),
                ("public_key", models.BinaryField(null=True)),
                ("sign_count", models.BigIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("after_recovery", models.BooleanField(db_default=False, default=False)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_how",
                    models.CharField(
                        choices=[("own", "By its owner"), ("reset", "By a reset")],
                        max_length=8,
                        null=True,
                    ),
                ),
                (
                    "ended_by",
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
                        related_name="factors",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "ended_at"], name="factor_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("credential_id__isnull", True),
                                ("kind", "app"),
                                ("public_key__isnull", True),
                                ("sealed__isnull", False),
                                ("sign_count__isnull", True),
                            ),
                            models.Q(
                                ("confirmed_at__isnull", False),
                                ("credential_id__isnull", False),
                                ("kind", "key"),
                                ("last_step__isnull", True),
                                ("public_key__isnull", False),
                                ("sealed__isnull", True),
                                ("sign_count__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="factor_columns_of_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="factor_ended_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_how__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_how__in", ["own", "reset"]),
                                ("ended_how__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="factor_ended_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_how__isnull", True),
                            models.Q(("ended_by", models.F("person")), ("ended_how", "own")),
                            models.Q(
                                ("ended_how", "reset"),
                                models.Q(("ended_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="factor_reset_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch", models.UUIDField()),
                ("digest", models.BinaryField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recovery_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "ended_at"], name="recovery_code_of_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at__isnull", True), ("kept_at__isnull", False), _connector="OR"
                        ),
                        name="recovery_code_kept_before_use",
                    )
                ],
            },
        ),
        kept(
            "accounts_factor",
            *("id", "uid", "person_id", "kind", "sealed", "credential_id", "public_key", "made_at"),
            once_set=("confirmed_at", "ended_at", "ended_by_id", "ended_how"),
        ),
        migrations.RunSQL(_COUNTS_UP, "DROP TRIGGER accounts_factor_counts_up ON accounts_factor"),
        kept(
            "accounts_recoverycode",
            *("id", "person_id", "batch", "digest", "made_at"),
            once_set=("kept_at", "used_at", "ended_at"),
        ),
        migrations.RemoveConstraint(model_name="mail", name="mail_kind_known"),
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
                            "factor_link",
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
        migrations.CreateModel(
            name="FactorReset",
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
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
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
                        related_name="factor_resets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="accountchange",
            name="account_change_known",
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="change",
            field=models.CharField(
                choices=[
                    ("made", "Made"),
                    ("suspended", "Suspended"),
                    ("reactivated", "Let be used again"),
                    ("readdressed", "Given another email address"),
                    ("vouched", "Vouched for by a call"),
                    ("renamed", "Given another name"),
                    ("phone_set", "Given another work phone number"),
                    ("moved", "Moved to another service"),
                    ("factor_reset", "Second factor reset"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="accountchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "change__in",
                        [
                            "made",
                            "suspended",
                            "reactivated",
                            "readdressed",
                            "vouched",
                            "renamed",
                            "phone_set",
                            "moved",
                            "factor_reset",
                        ],
                    )
                ),
                name="account_change_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="factor_reset_confirmed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="factor_reset_withdrawn_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                ),
                name="factor_reset_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", True), ("done_at__isnull", False), _connector="OR"
                ),
                name="factor_reset_confirmed_is_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("used_at__isnull", True), ("done_at__isnull", False), _connector="OR"
                ),
                name="factor_reset_used_once_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="factor_reset_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_by", models.F("person")), _negated=True),
                    models.Q(
                        ("confirmed_by__isnull", True),
                        models.Q(("confirmed_by", models.F("person")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="factor_reset_not_ones_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="factorreset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("person",),
                name="factor_reset_one_open",
            ),
        ),
        kept(
            "accounts_factorreset",
            *("id", "reference", "uid", "person_id", "proposed_at", "proposed_by_id"),
            once_set=(
                *("confirmed_at", "confirmed_by_id", "withdrawn_at", "withdrawn_by_id"),
                *("done_at", "used_at"),
            ),
        ),
    ]
