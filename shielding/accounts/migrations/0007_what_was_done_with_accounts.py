"""Who made, suspended and let be used again an account, and who was whose line manager before.

Filled once from the entries of before, so that no rule has to read the logbook; by the time at
which PostgreSQL had them written. An account that was proposed has no entry of its own: its first
proposal says the moment at which it was made. An entry that cannot be read, or names nobody who
has an account, is passed over: something else than the product wrote it.
"""

import json

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CHANGES = {
    "person_added": "made",
    "first_account_made": "made",
    "role_proposed": "made",
    "person_suspended": "suspended",
    "person_reactivated": "reactivated",
}
MANAGER_SET = "line_manager_set"


def fill(apps, schema_editor):
    entries = apps.get_model("logbook", "Entry").objects.filter(event__in=[*CHANGES, MANAGER_SET])
    people = {str(one.uid): one for one in apps.get_model("accounts", "User").objects.iterator()}
    changes, managers = [], []
    for entry in entries.order_by("id").iterator():
        facts = _facts(entry)
        person, by = people.get(facts.get("person")), people.get(str(entry.actor))
        if person is None or person == by:
            continue
        if entry.event == MANAGER_SET:
            managers += _managers(apps, entry, person, people.get(facts.get("before")), by, facts)
        else:
            changes += _changes(apps, entry, person, by)
    apps.get_model("accounts", "AccountChange").objects.bulk_create(changes, batch_size=500)
    apps.get_model("accounts", "PastManager").objects.bulk_create(managers, batch_size=500)


def _facts(entry):
    try:
        facts = json.loads(entry.facts or "{}")
    except (ValueError, RecursionError):
        return {}
    whole = isinstance(facts, dict) and all(
        isinstance(facts.get(name, ""), str) for name in ("person", "before", "after")
    )
    return facts if whole else {}


def _changes(apps, entry, person, by):
    change = CHANGES[entry.event]
    if entry.event == "role_proposed" and entry.at != person.created_at:
        return []
    if by is None and change != "made":
        return []
    model = apps.get_model("accounts", "AccountChange")
    return [model(person=person, change=change, at=entry.written_at, by=by)]


def _managers(apps, entry, person, before, by, facts):
    if before is None or by is None or facts.get("before") == facts.get("after"):
        return []
    model = apps.get_model("accounts", "PastManager")
    return [model(person=person, manager=before, ended_at=entry.written_at, ended_by=by)]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_roles_with_their_grants"),
        ("logbook", "0001_entry"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("made", "Made"),
                            ("suspended", "Suspended"),
                            ("reactivated", "Let be used again"),
                            ("readdressed", "Given another e-mail address"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                        related_name="changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "at"], name="account_change_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("change__in", ["made", "suspended", "reactivated", "readdressed"])
                        ),
                        name="account_change_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("by__isnull", False), ("change", "made"), _connector="OR"
                        ),
                        name="account_change_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by", models.F("person")), _negated=True),
                            ("by__isnull", True),
                            _connector="OR",
                        ),
                        name="account_change_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PastManager",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ended_at", models.DateTimeField()),
                (
                    "ended_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "manager",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="past_managers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "ended_at"], name="past_manager_of_person")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
