"""The test database as a copy: migrated once for each set of migrations, then only copied.

Migrating costs three seconds of every run and of every worker; a copy costs a tenth of one. The
template's name holds a fingerprint of all that made it, so that one made from anything else is
never taken. PostgreSQL does not copy what is granted on a database, and what the code grants on
tables may have changed since: the rights are given anew to every copy.
"""

import ast
import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import allauth
import django
from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from shielding.operations import database_roles

_PREFIX = "shielding_template_"
_DRAFT = f"{_PREFIX}draft"
_LOCK = 7_315_021_944  # any number; nobody else asks for an advisory lock in that database


def make_test_database(connection: BaseDatabaseWrapper, *, anew: bool) -> None:
    """Make the test database as the owner; with `anew`, from a template that is made anew.

    Whoever comes second waits: two workers begin at once, and one makes the template for both.
    """
    creation: Any = connection.creation
    name = creation._get_test_db_name()
    template = _PREFIX + fingerprint()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        there = _templates(cursor)
        if anew or template not in there:
            for old in there:
                cursor.execute(f'DROP DATABASE "{old}"')
            _make_template(connection)
            cursor.execute(f'ALTER DATABASE "{_DRAFT}" RENAME TO "{template}"')
            # Nobody may be connected to what is copied.
            cursor.execute(f'ALTER DATABASE "{template}" ALLOW_CONNECTIONS false')
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(connection, name)
    database_roles.grant(database_roles.application_role())


def _templates(cursor: Any) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX])
    return [name for (name,) in cursor.fetchall()]


def _make_template(connection: BaseDatabaseWrapper) -> None:
    """Migrate under a name that no template has, so that half of one is never copied."""
    tests, before = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    wanted = tests["NAME"]
    tests["NAME"] = _DRAFT
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        tests["NAME"] = wanted
        _use(connection, before)


def _use(connection: BaseDatabaseWrapper, name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name


def fingerprint() -> str:
    """Return what changes whenever a migrated database would be another one.

    The migrations of every app with the modules of ours that they use, the rights, what Django
    writes of every model after migrating, the settings of the cache's table, and the versions.
    """
    found = hashlib.sha256(repr((django.VERSION, allauth.__version__, settings.CACHES)).encode())
    for path in sorted(_sources()):
        found.update(f"\n{path}\n".encode() + path.read_bytes())
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        told = (meta.label, meta.verbose_name, meta.default_permissions, meta.permissions)
        found.update(f"\n{told!s}".encode())
    return found.hexdigest()[:16]


def _sources() -> set[Path]:
    found = {Path(__file__), Path(database_roles.__file__)}
    for app in apps.get_app_configs():
        for migration in (Path(app.path) / "migrations").glob("*.py"):
            found |= {migration, *_ours(migration)}
    return found


def _ours(migration: Path) -> Iterator[Path]:
    """The modules of this project that a migration imports."""
    for node in ast.walk(ast.parse(migration.read_bytes())):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            if name.split(".")[0] in ("shielding", "requests_app", "brokerage", "logbook"):
                try:
                    spec = find_spec(name)
                except ModuleNotFoundError:
                    continue  # a function or a class of the module before it
                if spec and spec.origin:
                    yield Path(spec.origin)
