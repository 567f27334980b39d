"""A database of an older version, and of today's again."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shielding.operations import database_roles


def migrate(app: str = "", version: str = "") -> None:
    """Bring the database to an older version of an app, or with neither named to today's.

    It does what the command `migrate` does to tables and rights, without its checks and without
    what Django fills in of every model afterwards: those take a second each time.
    """
    with database_roles.as_owner(connection):
        executor = MigrationExecutor(connection)
        executor.migrate([(app, version)] if app else executor.loader.graph.leaf_nodes())
        database_roles.grant(database_roles.application_role())
