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


def _with_the_note() -> list[str]:
    """Return which of the tables have the note in their files, of a server whose files are here."""
    server = Cluster("tests", settings.VAR, {})
    if connection.settings_dict["HOST"] != str(server.socket_folder()):
        pytest.skip("the files of this server are elsewhere")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_filepath(name) FROM unnest(%s) name", [list(FILES)])
        paths = [server.data / path for (path,) in cursor.fetchall()]
    return [name for name, path in zip(FILES, paths, strict=True) if _has_note(path)]


def _has_note(path: Path) -> bool:
    return b"quokkapiano" in path.read_bytes()


def test_the_notes_go_and_how_many_there_were_is_an_entry(notes):
    _write_notes(*notes[:2])
    entries = Entry.objects.count()
    migrate()
    assert GONE.isdisjoint(_columns())
    entry = Entry.objects.get(event="notes_destroyed")
    assert Entry.objects.count() == entries + 1
    assert (entry.actor, entry.role, entry.reference, entry.record) == (None, "", "", "")
    assert facts_of(entry) == {"count": 2}
    (line,) = lines([entry])
    assert line.who == "The system"
    words = "The notes of access requests were destroyed by an upgrade. There were 2"
    assert line.sentence == words
    assert list(AccessRequest.objects.values_list("need", flat=True)) == ["", "", ""]
    migrate()
    assert Entry.objects.filter(event="notes_destroyed").count() == 1


def test_where_there_was_no_note_there_is_no_entry(notes):
    assert _columns() >= GONE
    entries = Entry.objects.count()
    migrate()
    assert GONE.isdisjoint(_columns())
    assert Entry.objects.count() == entries


def test_nothing_of_a_note_is_left_in_the_files(notes):
    _write_notes(*notes)
    nodes = _nodes()
    assert _with_the_note() == list(FILES)
    migrate("brokerage", WITHOUT_COLUMNS)
    _flush()
    assert _with_the_note() == list(FILES)  # to drop a column is not enough
    migrate()
    assert _with_the_note() == []
    assert set(nodes).isdisjoint(_nodes())


def test_while_a_transaction_is_open_it_is_not_said_to_be_done(notes, monkeypatch):
    """It could still read the note, so PostgreSQL would keep it. The step runs again."""
    migrate("brokerage", WITHOUT_COLUMNS)
    step = import_module("brokerage.migrations.0006_nothing_left_of_the_notes")
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        with monkeypatch.context() as soon:
            soon.setattr(step, "MOST_SECONDS", 1)
            with pytest.raises(step.StillOpen, match="run this step again"):
                migrate()
    finally:
        other.close()
    nodes = _nodes()
    migrate()
    assert set(nodes).isdisjoint(_nodes())
