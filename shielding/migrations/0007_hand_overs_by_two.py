"""Hand-overs by two; who handed over alone before is filled in once from the entries.

By the time at which PostgreSQL had them written. An entry that cannot be read, names nobody who has
an account or no claim there is, is passed over: something else than the product wrote it.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import logbook.references
from shielding.accounts.migrations._kept import kept


def fill(apps, schema_editor):
    entries = apps.get_model("logbook", "Entry").objects.filter(event="hold_handed_over")
    people = dict(apps.get_model("accounts", "User").objects.values_list("uid", "pk"))
    holds = dict(apps.get_model("shielding", "Hold").objects.values_list("reference", "pk"))
    HandedOverHold = apps.get_model("shielding", "HandedOverHold")
    HandedOverHold.objects.bulk_create(
        [
            HandedOverHold(
                hold_id=holds[entry.reference],
                proposed_by_id=people[entry.actor],
                at=entry.written_at,
            )
            for entry in entries.order_by("id").iterator()
            if entry.reference in holds and entry.actor in people
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0006_never_changes"),
        ("accounts", "0007_what_was_done_with_accounts"),
        ("logbook", "0001_entry"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
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
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("disputed_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("rightful", "It was right: the colleague keeps what they were given"),
                            ("wrong", "It was wrong: the requests go back to who had them before"),
                        ],
                        db_default="",
                        max_length=10,
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "disputed_by",
                    models.ForeignKey(
                        blank=True,
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
                        related_name="+",
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
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandedOverHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("given_back_at", models.DateTimeField(null=True)),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed_over",
                        to="shielding.hold",
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
                    "hand_over",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moved",
                        to="shielding.handover",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandOverTold",
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
                    "hand_over",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="told",
                        to="shielding.handover",
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
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="hand_over_confirmed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                    _connector="OR",
                ),
                name="hand_over_withdrawn_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("disputed_at__isnull", True), ("disputed_by__isnull", True)),
                    models.Q(("disputed_at__isnull", False), ("disputed_by__isnull", False)),
                    _connector="OR",
                ),
                name="hand_over_disputed_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="hand_over_settled_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(("person", models.F("to")), _negated=True),
                name="hand_over_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="hand_over_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"
                ),
                name="hand_over_one_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("person",),
                name="hand_over_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disputed_at__isnull", True), ("confirmed_at__isnull", False), _connector="OR"
                ),
                name="hand_over_disputed_once_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
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
                name="hand_over_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by__isnull", True),
                    models.Q(
                        models.Q(("settled_by", models.F("proposed_by")), _negated=True),
                        models.Q(("settled_by", models.F("confirmed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="hand_over_settled_by_a_third",
            ),
        ),
        migrations.AddConstraint(
            model_name="handedoverhold",
            constraint=models.UniqueConstraint(
                fields=("hold", "hand_over"), name="handed_over_hold_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="handovertold",
            constraint=models.UniqueConstraint(
                fields=("hand_over", "person"), name="hand_over_told_once"
            ),
        ),
        kept(
            "shielding_handover",
            "id",
            "reference",
            "person_id",
            "to_id",
            "proposed_by_id",
            once_set=("confirmed_by_id", "withdrawn_by_id"),
        ),
        kept("shielding_handedoverhold", "id", "hold_id", "hand_over_id", "proposed_by_id"),
        kept("shielding_handovertold", "id", "reference", "hand_over_id", "person_id"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
