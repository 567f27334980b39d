"""The two database roles: the owner, who migrates, and the application, who owns nothing.

The application may read and write ordinary tables, may delete only sessions, cached values and
counts of tries, and in the logbook may insert named columns and read. A role grant is written by a
function of the owner's. Applied after every migration, so that a new table is never open or shut
by accident. `docs/database-role.md` says what that leaves open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from shielding.environment_reader import database_address, env

# Longer than any page can hold a lock: a statement of theirs ends after 10 s, a pause after 15 s.
OWNER_WAITS = 60
LOGBOOK = "logbook_entry"
LOGBOOK_COLUMNS = "schema, salt, at, actor, role, service, event, reference, record, facts"
DELETABLE = ("django_session", "django_cache", "accounts_budget", "accounts_refusedtries")
READ_ONLY = (
    "accounts_brokenglass",
    "accounts_rolegrant",
    "accounts_servergrant",
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
)
# What the application may write by asking the owner's function alone.
OWNERS_FUNCTIONS = ("accounts_write_grant",)
# What was done stays done.
ADDED_TO = ("accounts_accountchange", "accounts_importedrow", "accounts_pastmanager")


def application_role() -> str:
    """Return the role the web process signs in to PostgreSQL as, from DATABASE_URL."""
    return str(env.db_url("DATABASE_URL")["USER"])


@contextmanager
def as_owner(connection: BaseDatabaseWrapper = connection) -> Iterator[None]:
    """Sign in as the owner meanwhile; for `release` and for the tests' set-up, never for a page.

    The pages' limits do not bind the owner: a statement may take its time, and a lock is waited for
    OWNER_WAITS seconds. Raises ImproperlyConfigured when DATABASE_OWNER_URL is not given, or names
    another database than DATABASE_URL.
    """
    if not settings.DATABASE_OWNER_URL:
        raise ImproperlyConfigured("Set DATABASE_OWNER_URL: migrations run as the owner.")
    owner = database_address(settings.DATABASE_OWNER_URL, "DATABASE_OWNER_URL")
    _refuse_two_databases(owner, env.db_url("DATABASE_URL"))
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD", "OPTIONS")}
    options = before["OPTIONS"] | owner.get("OPTIONS", {}) | {"options": _owners_limits()}
    connection.close()
    connection.settings_dict.update(
        {"USER": owner["USER"], "PASSWORD": owner["PASSWORD"], "OPTIONS": options}
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _owners_limits() -> str:
    return (
        f"-c lock_timeout={OWNER_WAITS * 1000} -c statement_timeout=0"
        " -c idle_in_transaction_session_timeout=0"
    )


def _refuse_two_databases(owner: dict[str, Any], application: dict[str, Any]) -> None:
    """Raise ImproperlyConfigured, naming no value, where the two addresses differ."""
    parts = {"HOST": "host", "PORT": "port", "NAME": "database"}
    differ = [word for key, word in parts.items() if _part(owner, key) != _part(application, key)]
    if differ:
        raise ImproperlyConfigured(
            f"DATABASE_OWNER_URL and DATABASE_URL differ in {' and '.join(differ)}. Both must name"
            " the same database, or the owner would migrate one and the site use another."
        )


def _part(url: dict[str, Any], key: str) -> str:
    given = str(url.get(key) or "")
    return given.lower() if key == "HOST" else given or {"PORT": "5432"}.get(key, "")


def grant_after_migrate(**kwargs: Any) -> None:
    """Give the application's role exactly what it needs on every table there is now."""
    grant(application_role())


def grant(role: str) -> None:
    """Revoke everything from `role`, then grant by kind of table. Needs the owner's connection."""
    name = connection.ops.quote_name(role)
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM {name}, PUBLIC")
            cursor.execute(
                f"GRANT {_rights(table)} ON {connection.ops.quote_name(table)} TO {name}"
            )
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proname = ANY(%s)",
            [list(OWNERS_FUNCTIONS)],
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC, {name}")
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        # A temporary table could stand in for a real one where a query does not say which.
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {name}")


_BY_TWO = "record_unshield_by_two"


def keep_unshield_by_two(keep: bool) -> None:
    """Let PostgreSQL refuse, or no longer refuse, a final unshield confirmed by who began it.

    The council's setting, which only the owner can bring about: whoever has the application's
    password cannot. Unshields made meanwhile by one person stand. Needs the owner's connection.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [_BY_TWO])
        kept = cursor.fetchone() is not None
        if kept and not keep:
            cursor.execute(f"ALTER TABLE shielding_record DROP CONSTRAINT {_BY_TWO}")
        if keep and not kept:
            cursor.execute(
                f"ALTER TABLE shielding_record ADD CONSTRAINT {_BY_TWO} CHECK ("
                "unshield_confirmed_by_id IS NULL OR (unshield_begun_by_id IS NOT NULL"
                " AND unshield_confirmed_by_id <> unshield_begun_by_id)) NOT VALID"
            )


def _rights(table: str) -> str:
    if table == LOGBOOK:
        return f"SELECT, INSERT ({LOGBOOK_COLUMNS})"
    if table in ADDED_TO:
        return "SELECT, INSERT"
    if table in READ_ONLY:
        return "SELECT"
    if table in DELETABLE:
        return "SELECT, INSERT, UPDATE, DELETE"
    return "SELECT, INSERT, UPDATE"
