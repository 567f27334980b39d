"""For migrations: the trigger that lets a row keep what it is known by."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION shielding_never_changes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a row of % keeps what it is known by', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION shielding_never_changes()"


def kept(
    table: str, *columns: str, once_set: tuple[str, ...] = (), named: str = "never_changes"
) -> migrations.RunSQL:
    """Return the operation after which PostgreSQL refuses another value in these columns.

    In those of `once_set` it refuses one as soon as there is one. Of a table that has such a
    trigger already a later one is `named` otherwise.
    """
    changed = [f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in columns]
    changed += [
        f"(OLD.{one} IS NOT NULL AND OLD.{one} IS DISTINCT FROM NEW.{one})" for one in once_set
    ]
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_{named} BEFORE UPDATE ON {table} FOR EACH ROW"
        f" WHEN ({' OR '.join(changed)}) EXECUTE FUNCTION shielding_never_changes()",
        f"DROP TRIGGER {table}_{named} ON {table}",
    )
