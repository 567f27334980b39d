"""What machines are told: alive, ready, or which part is not, and nothing about anybody."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from shielding.notices.timers import Timer, note_run
from shielding.operations.health import what_is_wrong
from shielding.tasks import ROUND
from tests.support import people
from tests.worker.support.notices import MINUTE, owe


def everybody_looked(now):
    for name in ROUND:
        note_run(name, now=now)


def test_alive_is_told_without_a_database():
    answer = Client().get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_both_are_answered_without_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/health/live").status_code == 200
    assert Client().get("/sign-in/").status_code == 301


def test_every_task_of_the_round_is_on_the_schedule_in_its_order():
    assert list(settings.CELERY_BEAT_SCHEDULE) == list(ROUND)
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] == name
        assert entry["options"]["expires"] < entry["schedule"] <= 60
        assert "args" not in entry


@pytest.mark.django_db
def test_ready_when_every_task_has_looked_lately():
    now = timezone.now()
    assert what_is_wrong(now) == ["timer"]
    everybody_looked(now)
    assert what_is_wrong(now + 10 * MINUTE) == []
    assert what_is_wrong(now + 11 * MINUTE) == ["timer"]
    note_run("deliver_mail", now=now - MINUTE)
    assert Timer.objects.get(name="deliver_mail").last_run_at == now  # a late writer is no news


@pytest.mark.django_db
def test_what_is_owed_and_not_taken_up_is_told():
    now = timezone.now()
    owe("item_changed", "IW-AAAA-AAAA", people.a_practitioner(), now=now)
    everybody_looked(now + 11 * MINUTE)
    assert what_is_wrong(now + 11 * MINUTE) == ["mail"]
    answer = Client().get("/health/ready")
    assert answer.json()["status"] == "ok"  # now is now
    Timer.objects.update(last_run_at=now - 11 * MINUTE)
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "wrong": ["timer"]})


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_told():
    everybody_looked(timezone.now())
    last = MigrationRecorder.Migration.objects.filter(app="accounts").latest("id")
    applied = MigrationRecorder.applied_migrations

    def without_the_last(self):
        return {key: row for key, row in applied(self).items() if row.pk != last.pk}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MigrationRecorder, "applied_migrations", without_the_last)
        assert what_is_wrong(timezone.now()) == ["migrations"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told():
    before = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = "/nowhere"
    try:
        answer = Client().get("/health/ready")
    finally:
        connection.close()
        connection.settings_dict["HOST"] = before
    assert (answer.status_code, answer.json()["wrong"]) == (503, ["database"])


@pytest.mark.django_db
def test_the_containers_command_says_the_same(capsys):
    with pytest.raises(CommandError, match="timer"):
        call_command("ready")
    everybody_looked(timezone.now())
    call_command("ready")
    assert capsys.readouterr().out == "ok\n"
