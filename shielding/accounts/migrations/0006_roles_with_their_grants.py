"""A role beyond the practitioner's, and the lead flag, stand with their confirmed grant only.

Whoever had the application's password could make themself an IW lead by one UPDATE. Now, at the
commit, an account in use has the role of the latest grant that was confirmed for it, and the lead
flag only if that grant gave it; it is inserted out of use, as the pages do. What was given at the
server stands in a table that only the owner writes to; so do, from this migration on, the roles
that nobody ever proposed.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TRIGGERS = """
CREATE FUNCTION accounts_user_begins_inactive() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an account with this role begins out of use'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'user_begins_inactive';
END $$;
CREATE TRIGGER accounts_user_begins_inactive BEFORE INSERT ON accounts_user FOR EACH ROW
    WHEN (NEW.is_active AND NEW.role <> 'practitioner')
    EXECUTE FUNCTION accounts_user_begins_inactive();

CREATE FUNCTION accounts_user_role_granted() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    person accounts_user;
    given record;
BEGIN
    -- The commit's row, not the statement's: it may have changed again since.
    SELECT * INTO person FROM accounts_user WHERE id = NEW.id;
    IF NOT FOUND OR NOT person.is_active OR person.role = 'practitioner' THEN
        RETURN NULL;
    END IF;
    -- One proposal at a time is open for a person, so the numbers are in the order of decision.
    SELECT one.role, one.is_lead INTO given FROM (
        SELECT role, is_lead, id AS place FROM accounts_rolegrant
        WHERE person_id = NEW.id AND confirmed_at IS NOT NULL
        UNION ALL
        SELECT role, is_lead, 0 FROM accounts_servergrant WHERE person_id = NEW.id
    ) AS one ORDER BY one.place DESC LIMIT 1;
    IF NOT FOUND OR given.role <> person.role OR (person.is_lead AND NOT given.is_lead) THEN
        RAISE EXCEPTION 'a role stands with its confirmed grant only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'user_role_granted';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER accounts_user_role_granted
    AFTER INSERT OR UPDATE OF role, is_lead, is_active ON accounts_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.is_active AND NEW.role <> 'practitioner')
    EXECUTE FUNCTION accounts_user_role_granted();
"""
NO_TRIGGERS = """
DROP TRIGGER accounts_user_role_granted ON accounts_user;
DROP FUNCTION accounts_user_role_granted();
DROP TRIGGER accounts_user_begins_inactive ON accounts_user;
DROP FUNCTION accounts_user_begins_inactive();
"""

# Whoever waits for a first role has none yet; whoever is suspended had one.
FROM_BEFORE = """
INSERT INTO accounts_servergrant (person_id, role, is_lead, given_at)
SELECT person.id, person.role, person.is_lead, now() FROM accounts_user AS person
WHERE person.role <> 'practitioner'
  AND (person.is_active OR person.suspended_at IS NOT NULL)
  AND NOT EXISTS (
      SELECT 1 FROM accounts_rolegrant
      WHERE person_id = person.id AND confirmed_at IS NOT NULL
  )
"""
ROLES = [
    ("practitioner", "Practitioner"),
    ("iw", "IW Team"),
    ("auditor", "Auditor"),
    ("administrator", "Technical administrator"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_never_changes")]
    operations = [
        migrations.CreateModel(
            name="ServerGrant",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="server_grant",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("role", models.CharField(choices=ROLES, max_length=16)),
                ("is_lead", models.BooleanField(default=False)),
                ("given_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["iw", "auditor", "administrator"])),
                        name="server_grant_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_lead", False), ("role", "iw"), _connector="OR"),
                        name="server_grant_lead_is_iw",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FROM_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
