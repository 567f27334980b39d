"""Who and when stand together: PostgreSQL keeps every `<act>_at` with its `<act>_by`."""

import pytest
from django.apps import apps
from django.db import connection

from tests.architecture.support.layers import FLOOR


def pairs():
    """Return every model and act that has both `<act>_at` and `<act>_by`."""
    return {
        f"{model._meta.label}.{act}": (model, act)
        for label in FLOOR
        for model in apps.get_app_config(label).get_models()
        for act in sorted(_acts(model))
    }


def _acts(model):
    names = {field.name for field in model._meta.get_fields()}
    return {name[:-3] for name in names if name.endswith("_at") and f"{name[:-3]}_by" in names}


def columns(model, act):
    return tuple(model._meta.get_field(f"{act}_{half}").column for half in ("at", "by"))


def test_there_are_pairs():
    assert len(pairs()) >= 10


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "act"), pairs().values(), ids=pairs())
def test_the_database_keeps_the_pair(model, act):
    nullable = [model._meta.get_field(f"{act}_{half}").null for half in ("at", "by")]
    if not any(nullable):
        return
    at, by = columns(model, act)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint JOIN pg_class ON conrelid = pg_class.oid"
            " WHERE relname = %s AND contype = 'c' AND convalidated"
            " AND pg_get_constraintdef(pg_constraint.oid) LIKE ALL (%s)",
            [
                model._meta.db_table,
                [f"%{column} IS {null}%" for column in (at, by) for null in ("NULL", "NOT NULL")],
            ],
        )
        assert cursor.fetchone()[0] >= 1
