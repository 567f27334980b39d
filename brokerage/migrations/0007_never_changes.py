"""What an access request, and the asking of one source, are known by never changes."""

from django.db import migrations

from shielding.accounts.migrations._kept import kept


class Migration(migrations.Migration):
    dependencies = [
        ("brokerage", "0006_nothing_left_of_the_notes"),
        ("accounts", "0005_never_changes"),
    ]
    operations = [
        kept("brokerage_accessrequest", "id", "reference", "uid"),
        kept("brokerage_liaison", "id", "reference"),
    ]
