"""The owner's sign-in: the same database as the application's, and limits of its own."""

import threading

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from shielding.operations import database_roles
from shielding.operations.database_roles import as_owner
from tests.support.threads import have_ended

APPLICATION = "postgres://app:hush1@db.example:5432/shielding"

pytestmark = pytest.mark.django_db(transaction=True)


def limits() -> list[str]:
    with connection.cursor() as cursor:
        names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        shown = []
        for name in names:
            cursor.execute(f"SHOW {name}")
            shown.append(cursor.fetchone()[0])
        return shown


def test_the_pages_limits_do_not_bind_the_owner_and_bind_the_application_again():
    assert limits() == ["10s", "3s", "15s"]
    with as_owner():
        assert limits() == ["0", "1min", "0"]
    assert limits() == ["10s", "3s", "15s"]


@pytest.mark.parametrize(
    ("owner", "differ"),
    [
        ("postgres://owner:hush2@other.example:5432/shielding", "host"),
        ("postgres://owner:hush2@db.example:5433/shielding", "port"),
        ("postgres://owner:hush2@db.example/elsewhere", "database"),
        ("postgres://owner:hush2@db2.example:1/elsewhere", "host and port and database"),
        ("postgres://owner:hush2@//run/postgresql/shielding", "host"),
    ],
)
def test_two_sign_ins_to_two_databases_are_refused(owner, differ, settings, monkeypatch):
    settings.DATABASE_OWNER_URL = owner
    monkeypatch.setenv("DATABASE_URL", APPLICATION)
    with pytest.raises(ImproperlyConfigured) as refusal, as_owner():
        pytest.fail("signed in")
    assert str(refusal.value).startswith(
        f"DATABASE_OWNER_URL and DATABASE_URL differ in {differ}. Both must name"
    )
    assert "hush" not in str(refusal.value)
    with pytest.raises(CommandError, match="differ in"):
        call_command("release", verbosity=0)


@pytest.mark.parametrize(
    "owner",
    [
        "postgres://owner:hush2@db.example/shielding",  # 5432 is what no port means
        "postgres://owner:hush2@DB.example:5432/shielding?sslmode=require",
    ],
)
def test_one_database_may_be_written_in_two_ways(owner, settings, monkeypatch):
    settings.DATABASE_OWNER_URL = owner
    monkeypatch.setenv("DATABASE_URL", APPLICATION)
    before = dict(connection.settings_dict)
    with as_owner():
        used = dict(connection.settings_dict)
    assert (used["USER"], used["PASSWORD"]) == ("owner", "hush2")
    assert used["OPTIONS"].get("sslmode") == ("require" if "sslmode" in owner else None)
    assert connection.settings_dict == before


def test_an_owner_that_was_not_given_is_asked_for_in_a_sentence(settings):
    settings.DATABASE_OWNER_URL = ""
    with pytest.raises(CommandError, match="Set DATABASE_OWNER_URL"):
        call_command("release", verbosity=0)


def _hold(table: str, held: threading.Event, let_go: threading.Event) -> None:
    """Lock a table as somebody's psql would, until told to let go."""
    at = connection.settings_dict
    link = psycopg2.connect(
        host=at["HOST"],
        port=at["PORT"] or None,
        dbname=at["NAME"],
        user=at["USER"],
        password=at["PASSWORD"],
    )
    with link, link.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        held.set()
        let_go.wait(60)
    link.close()


def test_a_lock_that_is_not_to_be_had_ends_the_release_with_what_to_do(monkeypatch, settings):
    settings.UNSHIELD_BY_TWO = False  # an ALTER TABLE to do
    monkeypatch.setattr(database_roles, "OWNER_WAITS", 1)
    held, let_go = threading.Event(), threading.Event()
    somebody = threading.Thread(target=_hold, args=("shielding_record", held, let_go), daemon=True)
    somebody.start()
    try:
        assert held.wait(30)
        with pytest.raises(CommandError) as refusal:
            call_command("release", verbosity=0)
    finally:
        let_go.set()
        have_ended(somebody)
    assert "Somebody held a table for longer than 60 seconds" in str(refusal.value)
    assert "run `manage.py release` again" in str(refusal.value)
    settings.UNSHIELD_BY_TWO = True
    call_command("release", verbosity=0)
