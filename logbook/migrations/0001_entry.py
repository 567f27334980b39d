"""The logbook's table, written by hand because its columns belong to PostgreSQL, not to us."""

from django.db import migrations, models

TABLE = r"""
CREATE TABLE logbook_entry (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    written_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    xact        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    schema      smallint    NOT NULL,
    salt        bytea       NOT NULL CHECK (octet_length(salt) = 16),
    -- From here on content, which retention may empty one day; the row and its number stay.
    at          timestamptz,
    actor       uuid,
    role        text CHECK (role      ~ '^[a-z_]{0,30}$'),
    service     text CHECK (service   ~ '^[A-Z0-9-]{0,20}$'),
    event       text CHECK (event     ~ '^[a-z_]{3,60}$'),
    reference   text CHECK (reference ~ '^[A-Z0-9-]{0,20}$'),
    record      text CHECK (record    ~ '^[A-Z0-9-]{0,20}$'),
    -- Codes, ids, dates and numbers are plain characters without white space; a sentence is not.
    facts       text CHECK (facts ~ '^[!-~]*$' AND length(facts) <= 4000),
    erased_by   bigint,
    CONSTRAINT logbook_entry_content_or_erasure CHECK (
        num_nulls(at, role, service, event, reference, record, facts)
            = CASE WHEN erased_by IS NULL THEN 0 ELSE 7 END
        AND (erased_by IS NULL OR actor IS NULL)
    )
);
CREATE INDEX logbook_entry_xact ON logbook_entry (xact);
CREATE INDEX logbook_entry_reference ON logbook_entry (reference, id DESC) WHERE reference <> '';
CREATE INDEX logbook_entry_record ON logbook_entry (record, id DESC) WHERE record <> '';
CREATE INDEX logbook_entry_actor ON logbook_entry (actor, id DESC);
CREATE INDEX logbook_entry_event ON logbook_entry (event, id DESC);
CREATE INDEX logbook_entry_at ON logbook_entry (at, id);
"""

APPEND_ONLY = """
CREATE FUNCTION logbook_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the logbook is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER logbook_entry_no_change BEFORE UPDATE OR DELETE ON logbook_entry
    FOR EACH ROW EXECUTE FUNCTION logbook_entry_append_only();
CREATE TRIGGER logbook_entry_no_truncate BEFORE TRUNCATE ON logbook_entry
    FOR EACH STATEMENT EXECUTE FUNCTION logbook_entry_append_only();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(TABLE, "DROP TABLE logbook_entry"),
                migrations.RunSQL(
                    APPEND_ONLY,
                    "DROP TRIGGER logbook_entry_no_truncate ON logbook_entry;"
                    "DROP TRIGGER logbook_entry_no_change ON logbook_entry;"
                    "DROP FUNCTION logbook_entry_append_only()",
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("written_at", models.DateTimeField()),
                        ("schema", models.SmallIntegerField()),
                        ("salt", models.BinaryField()),
                        ("at", models.DateTimeField(null=True)),
                        ("actor", models.UUIDField(null=True)),
                        ("role", models.TextField(null=True)),
                        ("service", models.TextField(null=True)),
                        ("event", models.TextField(null=True)),
                        ("reference", models.TextField(null=True)),
                        ("record", models.TextField(null=True)),
                        ("facts", models.TextField(null=True)),
                        ("erased_by", models.BigIntegerField(null=True)),
                    ],
                    options={"db_table": "logbook_entry", "verbose_name_plural": "entries"},
                ),
            ],
        ),
    ]
