"""What `0008_a_word_by_two` marked is an entry, a release each: replaying the logbook shows it.

A release that an act marked says so in its own entry. Written by this SQL and not by
`logbook.writing`, which by the time somebody upgrades may name columns that are not there yet.
"""

from django.db import migrations

# Read once for all: the application's indexes do not lead from a claim to its release, and looked
# for one by one, a nation's releases took 20 seconds.
SAY_SO = """
WITH released AS (
    SELECT DISTINCT ON (reference) reference, facts FROM logbook_entry
    WHERE event = 'hold_released' ORDER BY reference, id DESC
)
INSERT INTO logbook_entry (schema, salt, at, role, service, event, reference, record, facts)
SELECT 1, uuid_send(gen_random_uuid()), now(), '', '', 'word_to_attest_marked', hold.reference,
    record.reference, '{}'
FROM shielding_hold hold JOIN shielding_record record ON record.id = hold.record_id
LEFT JOIN released ON released.reference = hold.reference
WHERE hold.word_to_attest AND NOT COALESCE(released.facts LIKE '%"to_attest":true%', false)
ORDER BY hold.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("logbook", "0001_entry"),
        ("shielding", "0009_a_word_of_a_suspended_account"),
    ]
    operations = [migrations.RunSQL(SAY_SO, migrations.RunSQL.noop)]
