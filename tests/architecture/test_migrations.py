"""A migration leaves the version that still runs able to insert, and the linter among the checks
says so: here it is shown to refuse, and what it does not look at is looked at."""

import pytest
from django.db import connection, models
from django.db.migrations import AddField, Migration
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED
from django_migration_linter.sql_analyser import analyse_sql_statements
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

from tests.architecture.support.source_code import PACKAGES, ROOT
from tests.support.linting import EXCUSED, FOLDERS, names


def sql(*operations: AddField) -> list[str]:
    """Return what Django would send for a migration of these operations."""
    loader = MigrationLoader(connection)
    state = loader.project_state()
    migration = Migration("9999_new", "shielding")
    migration.operations = list(operations)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    return editor.collected_sql


def column(name: str = "fresh", **options: object) -> AddField:
    return AddField("record", name, models.IntegerField(**options))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("added", "codes"),
    [
        (column(default=0), ["NOT_NULL"]),
        (column(null=True), []),
        (column(db_default=0), []),
    ],
)
def test_the_linter_refuses_a_new_column_without_a_default_in_the_database(added, codes):
    errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, sql(added), [])
    assert [error.code for error in errors] == codes


@pytest.mark.parametrize("app", sorted(FOLDERS))
def test_judging_begins_where_every_app_stood(app):
    folder, last = FOLDERS[app]
    numbers = sorted(int(path.stem[:4]) for path in (ROOT / folder).glob("0*.py"))
    assert numbers[:last] == list(range(1, last + 1))


def test_every_app_of_ours_is_judged_and_an_old_name_hides_no_new_migration():
    firsts = [path for name in PACKAGES for path in (ROOT / name).rglob("migrations/0001_*.py")]
    found = {str(path.parent.relative_to(ROOT)) for path in firsts}
    assert found == {folder for folder, _ in FOLDERS.values()}
    ignored = {name for _, name in names(judged=False)}
    assert not [name for _, name in names(judged=True) if name in ignored]
    assert all(EXCUSED.values())


def without_default(migration: Migration) -> list[str]:
    """Return the columns it adds which the running version could not fill."""
    return [
        f"{operation.model_name}.{operation.name}"
        for operation in migration.operations
        if isinstance(operation, AddField)
        and not operation.field.null
        and not operation.field.many_to_many
        and not operation.field.generated  # which PostgreSQL fills, and nobody else can
        and operation.field.db_default is NOT_PROVIDED
    ]


def test_the_linter_judges_a_migration_and_this_each_of_its_columns():
    # One column with a default hides another without from the linter.
    migration = Migration("9999_new", "shielding")
    migration.operations = [column("one", default=0), column("two", db_default=0)]
    assert without_default(migration) == ["record.one"]
    loader = MigrationLoader(None, ignore_no_migrations=True)
    assert [without_default(loader.get_migration(*key)) for key in names(judged=True)] == [
        [] for _ in names(judged=True)
    ]
