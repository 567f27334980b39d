"""One row for each session; a row that has ended stays so."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

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
        kept(
            "accounts_signedin",
            *("id", "uid", "person_id", "began_at", "via", "browser", "system"),
            once_set=("ended_at",),
        ),
        migrations.RunSQL(_ENDED, "DROP TRIGGER accounts_signedin_ended ON accounts_signedin"),
    ]
