"""What the application's role may do, by PostgreSQL's catalogue, on every table there is."""

import pytest
from django.apps import apps
from django.db import connection

from shielding.operations.database_roles import application_role

pytestmark = pytest.mark.django_db

WRITES = {"SELECT", "INSERT", "UPDATE"}
READS = {"SELECT"}
ADDS = {"SELECT", "INSERT"}
# Every table by what may be done with it. A new table is added here by whoever adds it.
MAY = {
    "accounts_accountchange": ADDS,
    "accounts_addresschange": WRITES,
    "accounts_brokenglass": READS,
    "accounts_deputy": WRITES,
    "accounts_factor": WRITES,
    "accounts_factorreset": WRITES,
    "accounts_fileimport": WRITES,
    "accounts_importedrow": ADDS,
    "accounts_mail": WRITES,
    "accounts_notice": WRITES,
    "accounts_notme": WRITES,
    "accounts_pastmanager": ADDS,
    "accounts_recoverycode": WRITES,
    "accounts_budget": WRITES | {"DELETE"},
    "accounts_refusedtries": WRITES | {"DELETE"},
    "accounts_rolegrant": READS,
    "accounts_servergrant": READS,
    "accounts_service": WRITES,
    "accounts_signedin": WRITES,
    "accounts_suspension": WRITES,
    "accounts_suspensiontold": WRITES,
    "accounts_timer": WRITES,
    "accounts_user": WRITES,
    "account_emailaddress": WRITES,
    "account_emailconfirmation": WRITES,
    "auth_group": READS,
    "auth_group_permissions": READS,
    "auth_permission": READS,
    "brokerage_accessrequest": WRITES,
    "brokerage_liaison": WRITES,
    "brokerage_participation": WRITES,
    "django_cache": WRITES | {"DELETE"},
    "django_content_type": READS,
    "django_migrations": READS,
    "django_session": WRITES | {"DELETE"},
    "logbook_entry": READS,  # and INSERT, on some columns: below
    "requests_app_request": WRITES,
    "shielding_consultation": WRITES,
    "shielding_handedoverhold": WRITES,
    "shielding_check": WRITES,
    "shielding_dataload": WRITES,
    "shielding_dutyday": WRITES,
    "shielding_handover": WRITES,
    "shielding_handovertold": WRITES,
    "shielding_hold": WRITES,
    "shielding_record": WRITES,
    "shielding_review": WRITES,
}
LOGBOOK_COLUMNS = {
    "schema",
    "salt",
    "at",
    "actor",
    "role",
    "service",
    "event",
    "reference",
    "record",
    "facts",
}


def rows(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def test_on_every_table_exactly_what_is_declared():
    found = {
        table: set()
        for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    for table, right in rows(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        " WHERE grantee = %s AND table_schema = 'public'",
        application_role(),
    ):
        found[table].add(right)
    assert found == MAY


def test_every_model_has_its_table_in_the_declaration():
    assert {model._meta.db_table for model in apps.get_models()} <= set(MAY)


def test_single_columns_are_granted_in_the_logbook_alone_and_only_for_writing_new_rows():
    single = rows(
        "SELECT attrelid::regclass::text, attname, acl.privilege_type"
        " FROM pg_attribute, aclexplode(attacl) AS acl WHERE attacl IS NOT NULL"
        " AND attrelid::regclass::text NOT LIKE 'pg\\_%%'"
    )
    assert set(single) == {("logbook_entry", column, "INSERT") for column in LOGBOOK_COLUMNS}


def test_no_right_can_be_handed_on_and_none_is_everybodys():
    assert not rows(
        "SELECT table_name FROM information_schema.table_privileges"
        " WHERE table_schema = 'public' AND (grantee = 'PUBLIC'"
        " OR (grantee = %s AND is_grantable = 'YES'))",
        application_role(),
    )


def test_the_application_owns_nothing():
    owned = (
        "SELECT 'relation', relname FROM pg_class WHERE relowner = %(me)s::regrole"
        " UNION ALL SELECT 'function', proname FROM pg_proc WHERE proowner = %(me)s::regrole"
        " UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspowner = %(me)s::regrole"
        " UNION ALL SELECT 'type', typname FROM pg_type WHERE typowner = %(me)s::regrole"
        " UNION ALL SELECT 'database', datname FROM pg_database WHERE datdba = %(me)s::regrole"
    )
    with connection.cursor() as cursor:
        cursor.execute(owned, {"me": connection.ops.quote_name(application_role())})
        assert cursor.fetchall() == []


def test_the_application_may_use_the_schema_and_create_nothing():
    rights = (
        "SELECT has_schema_privilege('public', 'USAGE'), has_schema_privilege('public', 'CREATE')"
    )
    assert rows(rights) == [(True, False)]
    assert rows("SELECT has_database_privilege(current_database(), 'CREATE')") == [(False,)]


def test_the_logbooks_numbers_are_not_the_applications_to_move():
    rights = (
        "SELECT has_sequence_privilege('logbook_entry_id_seq', 'USAGE'),"
        " has_sequence_privilege('logbook_entry_id_seq', 'UPDATE')"
    )
    assert rows(rights) == [(False, False)]
