"""The core app: records, holds and reviews, and flat beside them the project's wiring."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ShieldingConfig(AppConfig):
    name = "shielding"

    def ready(self) -> None:
        """Check the keys; grant the application's database role its rights after migrations."""
        from shielding import (  # noqa: PLC0415 - models are not loaded before ready()
            database,
            recordnumber,
        )

        recordnumber.check_keys()
        post_migrate.connect(database.grant_after_migrate, sender=self)
