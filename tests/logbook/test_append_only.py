"""The logbook against its own application: what PostgreSQL refuses the web process's role."""

import pytest
from django.db import DatabaseError, connection, transaction

from logbook.models import Entry
from shielding.operations.database_roles import application_role, as_owner
from tests.logbook.support.writing import NOW, SOMEBODY, a_fact

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("raw SQL, to meet PostgreSQL itself"),
]

NOT_ALLOWED = "42501"  # insufficient_privilege
GENERATED = "428C9"  # generated_always: said before rights are looked at
ROW = "1, '0123456789abcdef', now(), NULL, '', '', 'signed_in', '', '', '{}'"
COLUMNS = "schema, salt, at, actor, role, service, event, reference, record, facts"

REFUSED = {
    "update": ("UPDATE logbook_entry SET event = 'signed_out'", NOT_ALLOWED),
    "update of nothing": ("UPDATE logbook_entry SET at = at WHERE false", NOT_ALLOWED),
    "empty as retention would": (
        "UPDATE logbook_entry SET at = NULL, role = NULL, erased_by = 1",
        NOT_ALLOWED,
    ),
    "upsert": (
        f"INSERT INTO logbook_entry ({COLUMNS}) VALUES ({ROW})"
        " ON CONFLICT (id) DO UPDATE SET event = 'signed_out'",
        NOT_ALLOWED,
    ),
    "merge": (
        "MERGE INTO logbook_entry USING (SELECT 1) one ON true"
        " WHEN MATCHED THEN UPDATE SET event = 'signed_out'",
        NOT_ALLOWED,
    ),
    "select for update": ("SELECT 1 FROM logbook_entry FOR UPDATE", NOT_ALLOWED),
    "lock": ("LOCK TABLE logbook_entry IN ACCESS EXCLUSIVE MODE", NOT_ALLOWED),
    "delete": ("DELETE FROM logbook_entry", NOT_ALLOWED),
    "truncate": ("TRUNCATE logbook_entry", NOT_ALLOWED),
    "drop": ("DROP TABLE logbook_entry", NOT_ALLOWED),
    "rename": ("ALTER TABLE logbook_entry RENAME TO old_entries", NOT_ALLOWED),
    "add a column": ("ALTER TABLE logbook_entry ADD COLUMN note text", NOT_ALLOWED),
    "drop a check": (
        "ALTER TABLE logbook_entry DROP CONSTRAINT logbook_entry_content_or_erasure",
        NOT_ALLOWED,
    ),
    "disable one trigger": (
        "ALTER TABLE logbook_entry DISABLE TRIGGER logbook_entry_no_change",
        NOT_ALLOWED,
    ),
    "disable all triggers": ("ALTER TABLE logbook_entry DISABLE TRIGGER ALL", NOT_ALLOWED),
    "drop a trigger": ("DROP TRIGGER logbook_entry_no_change ON logbook_entry", NOT_ALLOWED),
    "replace the trigger's function": (
        "CREATE OR REPLACE FUNCTION logbook_entry_append_only() RETURNS trigger"
        " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        NOT_ALLOWED,
    ),
    "a rule instead": (
        "CREATE RULE lose AS ON INSERT TO logbook_entry DO INSTEAD NOTHING",
        NOT_ALLOWED,
    ),
    "a trigger of its own": (
        "CREATE TRIGGER lose BEFORE INSERT ON logbook_entry"
        " FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        NOT_ALLOWED,
    ),
    "own number": (f"INSERT INTO logbook_entry (id, {COLUMNS}) VALUES (-5, {ROW})", GENERATED),
    "own number, insisting": (
        f"INSERT INTO logbook_entry (id, {COLUMNS}) OVERRIDING SYSTEM VALUE VALUES (-5, {ROW})",
        NOT_ALLOWED,
    ),
    "number by the word DEFAULT": (
        f"INSERT INTO logbook_entry (id, {COLUMNS}) VALUES (DEFAULT, {ROW})",
        NOT_ALLOWED,
    ),
    "own time of writing": (
        f"INSERT INTO logbook_entry (written_at, {COLUMNS}) VALUES (now(), {ROW})",
        NOT_ALLOWED,
    ),
    "time of writing by the word DEFAULT": (
        f"INSERT INTO logbook_entry (written_at, {COLUMNS}) VALUES (DEFAULT, {ROW})",
        NOT_ALLOWED,
    ),
    "own transaction": (
        f"INSERT INTO logbook_entry (xact, {COLUMNS}) VALUES ('7', {ROW})",
        NOT_ALLOWED,
    ),
    "an erased entry": (
        "INSERT INTO logbook_entry (schema, salt, erased_by) VALUES (1, '0123456789abcdef', 1)",
        NOT_ALLOWED,
    ),
    "copy in": ("COPY logbook_entry (id, schema, salt) FROM PROGRAM 'true'", NOT_ALLOWED),
    "move the numbers on": ("SELECT setval('logbook_entry_id_seq', 1000)", NOT_ALLOWED),
    "use up a number": ("SELECT nextval('logbook_entry_id_seq')", NOT_ALLOWED),
    "become the owner": ("SET ROLE OWNER", NOT_ALLOWED),
    "sign in as the owner": ("SET SESSION AUTHORIZATION OWNER", NOT_ALLOWED),
    "play a replica": ("SET session_replication_role = replica", NOT_ALLOWED),
    "a table of its own": ("CREATE TABLE mine (id int)", NOT_ALLOWED),
    "a function of its own": (
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        NOT_ALLOWED,
    ),
    "a schema of its own": ("CREATE SCHEMA mine", NOT_ALLOWED),
    "drop its rights on others": ("DROP OWNED BY OWNER", NOT_ALLOWED),
    "a role of its own": ("CREATE ROLE mine SUPERUSER", NOT_ALLOWED),
}


def value(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


@pytest.fixture
def owner():
    """The name of the role that owns the tables, fit for a statement."""
    name = value("SELECT tableowner FROM pg_tables WHERE tablename = 'logbook_entry'")
    return connection.ops.quote_name(name)


def test_the_tests_run_as_the_application_which_is_neither_owner_nor_superuser(owner):
    assert value("SELECT current_user") == value("SELECT session_user") == application_role()
    assert connection.ops.quote_name(application_role()) != owner
    assert value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert value("SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user") is False
    assert value("SELECT rolbypassrls FROM pg_roles WHERE rolname = current_user") is False
    assert value("SELECT rolreplication FROM pg_roles WHERE rolname = current_user") is False


def test_the_application_is_a_member_of_no_role():
    member_of = "SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole"
    assert value(member_of) == 0


@pytest.mark.parametrize(("statement", "code"), REFUSED.values(), ids=REFUSED)
def test_postgres_refuses_the_application(statement, code, owner):
    with transaction.atomic():
        a_fact("ground")
    before = list(Entry.objects.order_by("id").values())
    with (
        pytest.raises(DatabaseError) as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.replace("OWNER", owner))
    assert refusal.value.__cause__.pgcode == code
    assert list(Entry.objects.order_by("id").values()) == before


def test_the_application_cannot_give_itself_rights():
    """PostgreSQL answers this one with a warning and grants nothing."""
    rights = "SELECT relacl::text FROM pg_class WHERE relname = 'logbook_entry'"
    before = value(rights)
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON logbook_entry TO CURRENT_USER WITH GRANT OPTION")
    assert value(rights) == before


def test_the_same_row_without_what_is_postgres_own_is_taken():
    """What is refused above is refused for its column, not because the row is wrong."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO logbook_entry ({COLUMNS}) VALUES ({ROW})")
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE logbook_entry SET at = at", "DELETE FROM logbook_entry"]
)
def test_the_trigger_refuses_the_owner_too(statement):
    with transaction.atomic():
        a_fact("ground")
    with (
        as_owner(connection),
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.count() == 2


def test_the_trigger_refuses_the_owners_truncate():
    """The tests' own clearing up needs this one trigger off; here it is on, as it is in earnest."""
    with transaction.atomic():
        a_fact("ground")
    switch = "ALTER TABLE logbook_entry {} TRIGGER logbook_entry_no_truncate"
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(switch.format("ENABLE"))
        try:
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute("TRUNCATE logbook_entry CASCADE")
        finally:
            cursor.execute(switch.format("DISABLE"))
    assert Entry.objects.count() == 2
    assert value("SELECT tgenabled FROM pg_trigger WHERE tgname = 'logbook_entry_no_change'") == "O"


def test_somebody_is_no_account():
    """The writer of these entries exists nowhere else: an entry's person is no foreign key."""
    with transaction.atomic():
        a_fact("ground")
    assert set(Entry.objects.values_list("actor", "at")) == {(SOMEBODY.uid, NOW)}
