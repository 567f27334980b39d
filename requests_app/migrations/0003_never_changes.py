"""What a request is known by never changes."""

from django.db import migrations

from shielding.accounts.migrations._kept import kept


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0002_the_clock"), ("accounts", "0005_never_changes")]
    operations = [kept("requests_app_request", "id", "reference", "uid")]
