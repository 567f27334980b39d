"""What PostgreSQL refuses by itself, behind the rules in Python.

The invariant: no record is *not shielded* or *closed* while a hold stands. A trigger on one table
alone let a record open while an uncommitted hold was inserted beside it, so there is a pair: the
one on the hold takes the record's row lock first, and the one on the record refuses to judge by a
snapshot from before it had that lock (repeatable read). Each names where it looks, so that a temporary table cannot stand in. And a record's state cannot be written without
an entry of the logbook, in the same transaction, naming the record, its state before and after.
"""

from django.db import migrations

INVARIANT = """
CREATE FUNCTION shielding_record_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'not_shielded' THEN
            RAISE EXCEPTION 'a record begins as not shielded'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'record_begins_open';
        END IF;
    ELSIF NEW.reference <> OLD.reference OR NEW.uid <> OLD.uid THEN
        RAISE EXCEPTION 'a record keeps its reference'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_keeps_reference';
    ELSIF NEW.state = 'not_shielded' AND OLD.state <> 'not_shielded' AND OLD.applied_at IS NOT NULL
        AND (OLD.state <> 'unshielding' OR NEW.unshield_confirmed_by_id IS NULL) THEN
        RAISE EXCEPTION 'once applied, a record opens only by the unshield of two'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_opened_by_two';
    ELSIF NEW.state IN ('not_shielded', 'closed') THEN
        IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
            RAISE EXCEPTION 'an old snapshot cannot show that no hold stands: use read committed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'record_open_by_old_snapshot';
        END IF;
        IF EXISTS (
            SELECT 1 FROM shielding_hold WHERE record_id = NEW.id AND released_at IS NULL
        ) THEN
            RAISE EXCEPTION 'a hold stands on this record'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'record_open_while_held';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shielding_record_guard BEFORE INSERT OR UPDATE ON shielding_record
    FOR EACH ROW EXECUTE FUNCTION shielding_record_guard();

CREATE FUNCTION shielding_hold_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    record_state text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.record_id <> OLD.record_id THEN
        RAISE EXCEPTION 'a hold stays with its record'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_keeps_record';
    END IF;
    IF NEW.released_at IS NULL THEN
        SELECT state INTO record_state FROM shielding_record WHERE id = NEW.record_id FOR UPDATE;
        IF record_state IN ('not_shielded', 'closed') THEN
            RAISE EXCEPTION 'this record is open to all'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_on_open_record';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER shielding_hold_guard BEFORE INSERT OR UPDATE ON shielding_hold
    FOR EACH ROW EXECUTE FUNCTION shielding_hold_guard();
"""

ENTRY_IN_TRANSACTION = """
CREATE FUNCTION shielding_record_state_logged() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM logbook_entry
        WHERE xact = pg_current_xact_id()
          AND record = NEW.reference
          AND facts::jsonb ->> 'from' = OLD.state
          AND facts::jsonb ->> 'to' = NEW.state
    ) THEN
        RAISE EXCEPTION 'a state of a record changed without its entry'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'record_state_logged';
    END IF;
    RETURN NULL;
END $$;
-- It fires whenever the state is written, changed or not: the same work for every submission.
CREATE CONSTRAINT TRIGGER shielding_record_state_logged AFTER UPDATE OF state ON shielding_record
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION shielding_record_state_logged();
"""

# Sign-in limits and nothing about children; shaped as Django's database cache wants it.
CACHE = """
CREATE TABLE django_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value     text         NOT NULL,
    expires   timestamptz  NOT NULL
);
CREATE INDEX django_cache_expires ON django_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("shielding", "0001_initial"), ("logbook", "0001_entry")]
    operations = [
        migrations.RunSQL(
            INVARIANT,
            "DROP TRIGGER shielding_hold_guard ON shielding_hold;"
            "DROP FUNCTION shielding_hold_guard();"
            "DROP TRIGGER shielding_record_guard ON shielding_record;"
            "DROP FUNCTION shielding_record_guard()",
        ),
        migrations.RunSQL(
            ENTRY_IN_TRANSACTION,
            "DROP TRIGGER shielding_record_state_logged ON shielding_record;"
            "DROP FUNCTION shielding_record_state_logged()",
        ),
        migrations.RunSQL(CACHE, "DROP TABLE django_cache"),
    ]
