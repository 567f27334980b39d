"""A role grant is written by one function of the owner's: proposed, confirmed, refused.

Whoever had the application's password could put any row into the table, and with it any role. Now
the application only reads it. The function asks, under the locks of the rows, what the acts ask as
well: that an administrator proposes and an IW lead decides, who both work and stand with a grant of
their own, that neither is the person nor the other, and that nobody newly given their role decides.
It gives the role itself, with the day in which its person is nobody's second.
"""

from django.db import migrations

WRITE_GRANT = """
CREATE FUNCTION accounts_write_grant(
    act text, named text, whom bigint, given_role text, as_lead boolean, actor bigint,
    moment timestamptz
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one accounts_rolegrant;
    acting accounts_user;
    proposer accounts_user;
    person accounts_user;
BEGIN
    -- What this transaction did to accounts so far stands with its grants: nobody is made a lead
    -- for as long as this takes.
    SET CONSTRAINTS accounts_user_role_granted IMMEDIATE;
    SET CONSTRAINTS accounts_user_role_granted DEFERRED;
    IF act = 'propose' THEN
        one.person_id := whom;
        one.proposed_by_id := actor;
    ELSIF act IN ('confirm', 'refuse') THEN
        SELECT * INTO one FROM accounts_rolegrant WHERE reference = named;
    END IF;
    PERFORM 1 FROM accounts_user WHERE id IN (one.person_id, one.proposed_by_id, actor)
    ORDER BY id FOR NO KEY UPDATE;
    SELECT * INTO person FROM accounts_user WHERE id = one.person_id;
    SELECT * INTO proposer FROM accounts_user WHERE id = one.proposed_by_id;
    SELECT * INTO acting FROM accounts_user WHERE id = actor;
    IF person.id IS NULL OR acting.id IS NULL OR actor = person.id THEN
        PERFORM accounts_no_grant('grant_not_to_oneself');
    END IF;
    IF act = 'propose' THEN
        IF NOT (acting.is_active AND acting.role = 'administrator') THEN
            PERFORM accounts_no_grant('grant_by_an_administrator');
        END IF;
        IF person.role = 'practitioner' OR person.suspended_at IS NOT NULL THEN
            PERFORM accounts_no_grant('grant_to_a_colleague');
        END IF;
        INSERT INTO accounts_rolegrant
            (reference, person_id, role, is_lead, proposed_at, proposed_by_id)
        VALUES (named, whom, given_role, as_lead, moment, actor) RETURNING id INTO one.id;
        RETURN one.id;
    END IF;
    -- Whoever waited for another's decision reads it now.
    SELECT * INTO one FROM accounts_rolegrant WHERE id = one.id FOR NO KEY UPDATE;
    IF one.confirmed_at IS NOT NULL OR one.refused_at IS NOT NULL THEN
        PERFORM accounts_no_grant('grant_decided_once');
    END IF;
    IF actor = one.proposed_by_id THEN
        PERFORM accounts_no_grant('grant_two_people');
    END IF;
    IF NOT (acting.is_active AND acting.role = 'iw' AND acting.is_lead)
        OR acting.second_person_from > moment
    THEN
        PERFORM accounts_no_grant('grant_by_a_lead');
    END IF;
    IF act = 'refuse' THEN
        UPDATE accounts_rolegrant SET refused_at = moment, refused_by_id = actor WHERE id = one.id;
        RETURN one.id;
    END IF;
    IF NOT (proposer.is_active AND proposer.role = 'administrator') THEN
        PERFORM accounts_no_grant('grant_by_an_administrator');
    END IF;
    IF person.suspended_at IS NOT NULL THEN
        PERFORM accounts_no_grant('grant_to_a_colleague');
    END IF;
    UPDATE accounts_rolegrant SET confirmed_at = moment, confirmed_by_id = actor WHERE id = one.id;
    UPDATE accounts_user SET
        role = one.role, is_lead = one.is_lead, is_active = true,
        second_person_from = greatest(second_person_from, moment + interval '24 hours')
    WHERE id = person.id;
    RETURN one.id;
END $$;

CREATE FUNCTION accounts_no_grant(rule text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'no such grant' USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

REVOKE ALL ON FUNCTION
    accounts_write_grant(text, text, bigint, text, boolean, bigint, timestamptz),
    accounts_no_grant(text)
FROM PUBLIC;
"""
NO_WRITE_GRANT = """
DROP FUNCTION accounts_write_grant(text, text, bigint, text, boolean, bigint, timestamptz);
DROP FUNCTION accounts_no_grant(text);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_second_factor")]
    operations = [migrations.RunSQL(WRITE_GRANT, NO_WRITE_GRANT)]
