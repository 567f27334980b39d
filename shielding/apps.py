"""The core app: records, holds and reviews, and flat beside them the project's wiring."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ShieldingConfig(AppConfig):
    name = "shielding"

    def ready(self) -> None:
        """Grant the application's database role its rights anew after every migration."""
        from shielding import database  # noqa: PLC0415 - models are not loaded before ready()

        post_migrate.connect(database.grant_after_migrate, sender=self)
