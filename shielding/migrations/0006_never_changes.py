"""What a record, a hold, a review and a question to a source are known by never changes.

A record whose blind index could be set by hand would be found under another child's number.
"""

from django.db import migrations

from shielding.accounts.migrations._kept import kept


class Migration(migrations.Migration):
    dependencies = [
        ("shielding", "0005_a_six_monthly_review_is_of_one_hold"),
        ("accounts", "0005_never_changes"),
    ]
    operations = [
        kept("shielding_record", "id", "blind_index", "reference", "uid"),
        kept("shielding_hold", "id", "reference"),
        kept("shielding_review", "id", "reference"),
        kept("shielding_consultation", "id", "reference"),
    ]
