"""What a row is known by never changes, whoever asks: the application's own role least of all.

Every table with a reference, an opaque id or a code has the same trigger, each in its own app. It
compares in its WHEN, so that an update which leaves these columns alone, or sets them to what they
are, calls nothing: the lock of a record sets the blind index to itself. A grant also keeps whom it
is for and what it gives, and once confirmed or refused it stays so.
"""

from django.db import migrations

from shielding.accounts.migrations._kept import DROP_FUNCTION, FUNCTION, kept


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_deputies")]
    operations = [
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        kept("accounts_user", "id", "uid"),
        kept("accounts_service", "id", "code"),
        kept("accounts_deputy", "id", "reference"),
        kept(
            "accounts_rolegrant",
            *("id", "reference", "person_id", "role", "is_lead", "proposed_at", "proposed_by_id"),
            once_set=("confirmed_at", "confirmed_by_id", "refused_at", "refused_by_id"),
        ),
    ]
