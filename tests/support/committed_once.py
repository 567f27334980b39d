"""A scene that is committed once and put back before each try, for acts that run at the same time.

What they do is committed, so nothing can be rolled back: the rows that changed, came or went are
put back as they were when the scene was made. See `made_once` for tests that need no commit.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

from django.db import connection

Scene = TypeVar("Scene")

# Only the owner may delete. As with `tests_grant`, the application may ask for it by these
# functions, in the test database alone. What guards the rows is away meanwhile, but for the foreign
# keys: those are asked before it is put on again.
KEEP_AND_PUT_BACK = """
CREATE OR REPLACE FUNCTION tests_keep() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE rows name;
BEGIN
    SET LOCAL client_min_messages = warning;
    FOR rows IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TEMP TABLE IF NOT EXISTS %I (LIKE %I)', 'kept_' || rows, rows);
        EXECUTE format('DELETE FROM %I', 'kept_' || rows);
        EXECUTE format('INSERT INTO %I TABLE %I', 'kept_' || rows, rows);
    END LOOP;
END $$;
CREATE OR REPLACE FUNCTION tests_put_back() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE rows name; columns text; guards text[]; guard text;
BEGIN
    SELECT array_agg(format('ALTER TABLE %s %%s TRIGGER %I', tgrelid::regclass, tgname))
    INTO guards FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O';
    FOREACH guard IN ARRAY guards LOOP EXECUTE format(guard, 'DISABLE'); END LOOP;
    FOR rows IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        CONTINUE WHEN pg_relation_size(rows::regclass) = 0;
        EXECUTE format('DELETE FROM %I t WHERE t::text NOT IN (SELECT k::text FROM %I k)',
            rows, 'kept_' || rows);
        -- What PostgreSQL works out itself may not be given.
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
        FROM pg_attribute WHERE attrelid = rows::regclass AND attnum > 0
        AND NOT attisdropped AND attgenerated = '';
        EXECUTE format('INSERT INTO %I (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %I k'
            ' WHERE k::text NOT IN (SELECT t::text FROM %1$I t)', rows, columns, 'kept_' || rows);
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH guard IN ARRAY guards LOOP EXECUTE format(guard, 'ENABLE'); END LOOP;
END $$
"""


def committed_once(make: Callable[[], Scene]) -> Callable[[], Scene]:
    """Make a scene; what is returned puts everything back as it is now, and gives a copy of it.

    For as long as Django keeps its connection: where triggers are taken away, within that.
    """
    scene = make()
    _ask("tests_keep")

    def again() -> Scene:
        _ask("tests_put_back")
        return deepcopy(scene)

    return again


def _ask(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}()")
