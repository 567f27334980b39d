"""Whom `0009_vouched_for_by_a_call` counted as vouched for is an entry, an account each.

By nobody, and since the account was made: so the rows say, and an act always has somebody. Written
by this SQL and not by `logbook.writing`, which by the time somebody upgrades may name columns that
are not there yet.
"""

from django.db import migrations

SAY_SO = """
INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference, record, facts)
SELECT 1, uuid_send(gen_random_uuid()), now(), '', '', 'account_counted_as_vouched', '', '',
    format('{"person":"%s","since":"%s"}', person.uid,
        to_char(change.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
FROM accounts_accountchange change JOIN accounts_user person ON person.id = change.person_id
WHERE change.change = 'vouched' AND change.by_id IS NULL ORDER BY change.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_vouched_for_by_a_call"),
        ("logbook", "0001_entry"),
    ]
    operations = [migrations.RunSQL(SAY_SO, migrations.RunSQL.noop)]
