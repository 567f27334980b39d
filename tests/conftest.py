"""A real PostgreSQL, made by the owner and used as the application's own role.

Nothing here pretends: locks, triggers and grants are the ones a council's server has.
"""

import gc
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from shielding.operations.database_roles import LOGBOOK, as_owner
from tests.support.committed_once import KEEP_AND_PUT_BACK
from tests.support.made_once import take_back
from tests.support.people import GRANT_AT_THE_SERVER
from tests.support.replay import replay
from tests.support.template import make_test_database

# Django fills these when it migrates; no test writes them.
_KEPT = ("django_migrations", "django_content_type", "auth_permission")


# The time of writing is PostgreSQL's; a test about days needs entries of other days.
_WRITE_AT = """
CREATE OR REPLACE FUNCTION tests_write_at(number bigint, moment timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    ALTER TABLE logbook_entry DISABLE TRIGGER logbook_entry_no_change;
    UPDATE logbook_entry SET written_at = moment WHERE id = number;
    ALTER TABLE logbook_entry ENABLE TRIGGER logbook_entry_no_change;
END $$
"""


# Of a few rows, weighing every order of fifteen joins takes longer than any of them.
_PLAN_QUICKLY = "ALTER DATABASE {} SET join_collapse_limit = 1"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
    django_db_createdb: bool,
    django_db_keepdb: bool,
) -> Iterator[None]:
    """Create the test database as the owner, then hand it over to the application's role.

    `--create-db` makes the template of it anew too; `--reuse-db` keeps the database there is.
    """
    creation = connection.creation
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        with as_owner(connection):
            if django_db_keepdb and not django_db_createdb:
                creation.create_test_db(verbosity=0, autoclobber=True, keepdb=True, serialize=False)
            else:
                make_test_database(connection, anew=django_db_createdb)
            with connection.cursor() as cursor:
                # Between tests the tables are emptied; one test turns this on again and meets it.
                cursor.execute(
                    "ALTER TABLE logbook_entry DISABLE TRIGGER logbook_entry_no_truncate"
                )
                cursor.execute(GRANT_AT_THE_SERVER)
                cursor.execute(KEEP_AND_PUT_BACK)
                cursor.execute(_WRITE_AT)
                if "not bench" in request.config.option.markexpr:
                    cursor.execute(_PLAN_QUICKLY.format(connection.ops.quote_name(name)))
        connection.close()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock(), as_owner(connection):
            creation.destroy_test_db(name, verbosity=0)


# Every table with its size on the disk, where only one that was never written to has none.
_SIZES = """
SELECT relname, pg_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)
"""
_COUNT_FROM_ONE = f"""
SELECT setval(seqrelid, seqstart, false) FROM pg_sequence
WHERE pg_sequence_last_value(seqrelid) IS NOT NULL
AND seqrelid::regclass::text NOT IN ({", ".join(f"'{table}_id_seq'" for table in _KEPT)})
"""
_TOO_BIG = 4_000_000  # bytes of what was deleted and still has to be read past


def _empty_as_owner(self: TransactionTestCase) -> None:
    """Empty every table as the owner: the application may not delete.

    TRUNCATE makes new files for a table, each of its indexes and whatever refers to it: of all
    tables 0.15 s of processor time, of which a test that wrote twenty rows needs nothing. So rows
    are deleted, but for the logbook's, which nobody may delete, and when too much has gathered.
    """
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(_SIZES, [list(_KEPT)])
        sizes = dict(cursor.fetchall())
        if sum(sizes.values()) > _TOO_BIG:
            cursor.execute(f"TRUNCATE {', '.join(sorted(sizes))} RESTART IDENTITY CASCADE")
            return
        written = {table for table, size in sizes.items() if size}
        empty = [f"DELETE FROM {table}" for table in sorted(written - {LOGBOOK})]
        if LOGBOOK in written:
            empty.append(f"TRUNCATE {LOGBOOK}")
        cursor.execute(";".join(["BEGIN", *empty, _COUNT_FROM_ONE, "COMMIT"]))


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Iterator[None]:
    before = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = _empty_as_owner
    yield
    TransactionTestCase._fixture_teardown = before


def pytest_collection_finish() -> None:
    """Let the garbage collector look seldom, and never at what was imported: that stays anyway."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


_FOLDED = "logbook entries folded"
_TOOK = "seconds to replay them"
_PATIENCE = (
    60_000  # milliseconds: a page's ten seconds are no measure of a machine that stands still
)


def _is_transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return marked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


@pytest.fixture(autouse=True)
def _begin_with_nothing(request: pytest.FixtureRequest, django_db_blocker: Any) -> None:
    """A scene made once is in a transaction that a test which commits would not see."""
    if _is_transactional(request):
        with django_db_blocker.unblock():
            take_back()


@pytest.fixture(autouse=True)
def _logbook_tells_the_tables(
    request: pytest.FixtureRequest, _begin_with_nothing: None
) -> Iterator[None]:
    """Before what a transactional test did is emptied: the logbook, replayed, gives the tables.

    A test that writes rows itself says so, and why: `behind_the_acts(reason)`.
    """
    behind = request.node.get_closest_marker("behind_the_acts")
    assert behind is None or behind.args, "behind_the_acts needs a reason"
    if behind is not None or not _is_transactional(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    began = monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [_PATIENCE])
    differences, folded = replay()
    request.node.user_properties += [(_FOLDED, folded), (_TOOK, monotonic() - began)]
    assert not differences, "folded | in the tables\n" + "\n".join(differences)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many entries were replayed, so that a replay of nothing is seen."""
    reports = [one for some in terminalreporter.stats.values() for one in some]
    replays = [
        found
        for one in reports
        if getattr(one, "when", "") == "teardown" and _TOOK in (found := dict(one.user_properties))
    ]
    if replays:
        entries = sum(one[_FOLDED] for one in replays)
        longest = max(one[_TOOK] for one in replays)
        terminalreporter.write_line(
            f"{entries} {_FOLDED} after {len(replays)} tests and compared with the tables;"
            f" the longest took {longest:.1f} s"
        )
