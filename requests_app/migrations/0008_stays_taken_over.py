"""A request that was taken over from a file stays one, with its days, and so is its hold.

What is asked of the one is never to be answered otherwise by the other: each of the two says
whether it was taken over, and neither says so alone.
"""

from django.db import migrations

from shielding.accounts.migrations._kept import kept

# Both columns never change, nor does the request change its hold: what is true when it gets it
# stays true. The request is written after its hold, in the same transaction.
_AS_ITS_HOLD = """
CREATE FUNCTION requests_app_as_its_hold() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM shielding_hold
        WHERE id = NEW.hold_id AND (imported_at IS NULL) = (NEW.imported_at IS NULL)
    ) THEN
        RAISE EXCEPTION 'of a request and its hold one alone was taken over'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'request_taken_over_as_its_hold';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER requests_app_request_sent_as_its_hold BEFORE INSERT ON requests_app_request
    FOR EACH ROW WHEN (NEW.hold_id IS NOT NULL) EXECUTE FUNCTION requests_app_as_its_hold();
CREATE TRIGGER requests_app_request_gets_its_hold BEFORE UPDATE ON requests_app_request
    FOR EACH ROW WHEN (NEW.hold_id IS NOT NULL AND OLD.hold_id IS DISTINCT FROM NEW.hold_id)
    EXECUTE FUNCTION requests_app_as_its_hold();

CREATE FUNCTION requests_app_hold_of_a_request() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM requests_app_request WHERE hold_id = NEW.id) THEN
        RAISE EXCEPTION 'a hold was taken over without its request'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_taken_over_with_its_request';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER requests_app_hold_of_a_request AFTER INSERT ON shielding_hold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.imported_at IS NOT NULL)
    EXECUTE FUNCTION requests_app_hold_of_a_request();
"""
_APART = """
DROP TRIGGER requests_app_hold_of_a_request ON shielding_hold;
DROP FUNCTION requests_app_hold_of_a_request();
DROP TRIGGER requests_app_request_gets_its_hold ON requests_app_request;
DROP TRIGGER requests_app_request_sent_as_its_hold ON requests_app_request;
DROP FUNCTION requests_app_as_its_hold();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0007_days_of_a_list"),
        ("shielding", "0022_stays_taken_over"),
    ]

    operations = [
        kept(
            "requests_app_request",
            *("imported_at", "imported_by_id", "placed_on", "applied_on"),
            once_set=("hold_id",),
            named="stays_taken_over",
        ),
        migrations.RunSQL(_AS_ITS_HOLD, _APART),
    ]
