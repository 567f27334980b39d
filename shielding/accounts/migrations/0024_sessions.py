"""One row for each session, which once it has ended stays so; and "this was not me"."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import logbook.references
from shielding.accounts.migrations._kept import kept

_ENDED = """
CREATE TRIGGER accounts_signedin_ended BEFORE UPDATE ON accounts_signedin FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL AND OLD.ended_how IS DISTINCT FROM NEW.ended_how)
EXECUTE FUNCTION shielding_never_changes()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0023_attempts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("recovery", "Password and a recovery code"),
                            ("directory", "The council’s directory"),
                            ("break_glass", "Let in at the server"),
                        ],
                        default="password",
                        max_length=12,
                    ),
                ),
                (
                    "browser",
                    models.CharField(
                        choices=[
                            ("edge", "Edge"),
                            ("samsung", "Samsung Internet"),
                            ("opera", "Opera"),
                            ("firefox", "Firefox"),
                            ("chrome", "Chrome"),
                            ("safari", "Safari"),
                            ("other", "Another browser"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "system",
                    models.CharField(
                        choices=[
                            ("windows", "Windows"),
                            ("iphone", "an iPhone"),
                            ("ipad", "an iPad"),
                            ("android", "Android"),
                            ("mac", "a Mac"),
                            ("chromebook", "a Chromebook"),
                            ("linux", "Linux"),
                            ("other", "another system"),
                        ],
                        max_length=10,
                    ),
                ),
                ("address", models.GenericIPAddressField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("self", "Signed out"),
                            ("idle", "Nothing happened for too long"),
                            ("hours", "Signed in for as long as a session lasts"),
                            ("elsewhere", "Signed out from another browser"),
                            ("password", "The password was changed"),
                            ("account", "The account was changed"),
                            ("not_me", "Said to be somebody else"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "ended_at"], name="signed_in_of_person")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_how", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                (
                                    "ended_how__in",
                                    [
                                        "self",
                                        "idle",
                                        "hours",
                                        "elsewhere",
                                        "password",
                                        "account",
                                        "not_me",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="signed_in_ended_how",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("via__in", ["password", "recovery", "directory", "break_glass"])
                        ),
                        name="signed_in_via_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="signedin",
            index=models.Index(
                condition=models.Q(("address__isnull", False)),
                fields=["seen_at"],
                name="signed_in_with_address",
            ),
        ),
        migrations.CreateModel(
            name="NotMe",
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
                ("said_at", models.DateTimeField()),
                ("link", models.CharField(blank=True, default="", max_length=16)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "found",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("another", "Somebody else used the account"),
                            ("themselves", "It was they themselves after all"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="not_me_settled_pair",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found", ""), ("settled_at__isnull", True)),
                            models.Q(
                                ("found__in", ["another", "themselves"]),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="not_me_found",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_by__isnull", True),
                            models.Q(("settled_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="not_me_settled_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("link", ""), _negated=True),
                        fields=("link",),
                        name="not_me_once_a_link",
                    ),
                ],
            },
        ),
        kept(
            "accounts_notme",
            *("id", "reference", "person_id", "said_at", "link"),
            once_set=("settled_at", "settled_by_id"),
        ),
        kept(
            "accounts_signedin",
            *("id", "uid", "person_id", "began_at", "via", "browser", "system"),
            once_set=("ended_at",),
        ),
        migrations.RunSQL(_ENDED, "DROP TRIGGER accounts_signedin_ended ON accounts_signedin"),
    ]
