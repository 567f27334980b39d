"""A hold never becomes one that was taken over from a file, nor ceases to be one.

Its release waits for a call, and whoever proposed the file takes no step, for these columns alone.
"""

from django.db import migrations

from shielding.accounts.migrations._kept import kept


class Migration(migrations.Migration):
    dependencies = [("shielding", "0021_one_request_handed_over")]

    operations = [
        kept("shielding_hold", "imported_at", "file_import_id", named="stays_taken_over"),
    ]
