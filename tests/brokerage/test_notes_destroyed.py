"""The upgrade that takes the note out of access requests: nothing is left of it but a number."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from brokerage.models import AccessRequest
from logbook.models import Entry
from logbook.reading import facts_of
from logbook.sentences import lines
from shielding.embedded.postgresql import Cluster
from shielding.operations.database_roles import as_owner
from tests.brokerage.support.cast import a_cast, a_draft, sent
from tests.support.versions import migrate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("rows of an older version"),
]
BEFORE = "0004_no_contact_is_kept"
WITHOUT_COLUMNS = "0005_a_code_in_place_of_the_note"
# In two tables' files: the requests', and the samples PostgreSQL keeps of them for its planner.
FILES = ("brokerage_accessrequest", "pg_catalog.pg_statistic")
NOTE = "Dad is in prison and quokkapiano gets out in March"
GONE = {"reason", "redacted", "redacted_at", "redacted_by_id"}


@pytest.fixture
def notes(transactional_db: None) -> Iterator[list[str]]:
    """Three access requests in a database of before; it is of today again, whatever happened."""
    cast = a_cast()
    made = [a_draft(cast.requester), sent(cast), sent(cast)]
    migrate("brokerage", BEFORE)
    try:
        yield [access.reference for access in made]
    finally:
        migrate()


def _columns() -> set[str]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "brokerage_accessrequest")
    return {column.name for column in found}


@contextmanager
def _owner() -> Iterator[Any]:
    with as_owner(connection), connection.cursor() as cursor:
        yield cursor


def _write_notes(*references: str) -> None:
    """Give these requests a note each, known to the planner and written to the disk."""
    with _owner() as cursor:
        for place, reference in enumerate(references):
            cursor.execute(
                "UPDATE brokerage_accessrequest SET reason = %s WHERE reference = %s",
                [f"{NOTE} {place}", reference],
            )
        cursor.execute("ANALYZE brokerage_accessrequest")
    _flush()


def _flush() -> None:
    """Have all that is in memory written to the files: dropping a database does so first."""
    name = f"{connection.settings_dict['NAME']}_flushed"
    with _owner() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        cursor.execute(f"DROP DATABASE {name}")


def _nodes() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filenode(name) FROM unnest(%s) name", [list(FILES)])
        return [node for (node,) in cursor.fetchall()]


def _with_the_note() -> list[str] | None:
    """Return which of the tables have the note in their files; None of files that are elsewhere."""
    server = Cluster("tests", settings.VAR, {})
    if connection.settings_dict["HOST"] != str(server.socket_folder()):
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filepath(name) FROM unnest(%s) name", [list(FILES)])
        paths = [server.data / path for (path,) in cursor.fetchall()]
    return [name for name, path in zip(FILES, paths, strict=True) if _has_note(path)]


def _has_note(path: Path) -> bool:
    return b"quokkapiano" in path.read_bytes()


def test_the_notes_go_from_the_files_too_and_how_many_there_were_is_an_entry(notes, monkeypatch):
    """While a transaction is open, which could still read them, it is not said to be done."""
    _write_notes(*notes[:2])
    entries, nodes, found = Entry.objects.count(), _nodes(), [_with_the_note()]
    migrate("brokerage", WITHOUT_COLUMNS)
    _flush()
    found.append(_with_the_note())
    with _somebodys_transaction(), monkeypatch.context() as soon:
        step = import_module("brokerage.migrations.0006_nothing_left_of_the_notes")
        soon.setattr(step, "MOST_SECONDS", 1)
        with pytest.raises(step.StillOpen, match="run this step again"):
            migrate()
    assert _nodes() == nodes
    migrate()
    found.append(_with_the_note())
    assert set(nodes).isdisjoint(_nodes())
    assert GONE.isdisjoint(_columns())
    assert list(AccessRequest.objects.values_list("need", flat=True)) == ["", "", ""]
    _assert_one_entry_of(2)
    assert Entry.objects.count() == entries + 1
    if None in found:
        pytest.skip("the files of this server are elsewhere")
    # To drop a column is not enough.
    assert found == [list(FILES), list(FILES), []]


@contextmanager
def _somebodys_transaction() -> Iterator[None]:
    """A transaction that is open meanwhile, in a connection of its own."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        yield
    finally:
        other.close()


def _assert_one_entry_of(count: int) -> None:
    entry = Entry.objects.get(event="notes_destroyed")
    assert (entry.actor, entry.role, entry.reference, entry.record) == (None, "", "", "")
    assert facts_of(entry) == {"count": count}
    (line,) = lines([entry])
    assert line.who == "The system"
    words = f"The notes of access requests were destroyed by an upgrade. There were {count}"
    assert line.sentence == words


def test_where_there_was_no_note_there_is_no_entry(notes):
    assert _columns() >= GONE
    entries = Entry.objects.count()
    migrate()
    assert GONE.isdisjoint(_columns())
    assert Entry.objects.count() == entries
