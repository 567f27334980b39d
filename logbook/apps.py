"""The logbook app: an append-only account of who did what to which reference."""

from django.apps import AppConfig
from django.urls import register_converter

from logbook.references import ReferenceConverter


class LogbookConfig(AppConfig):
    name = "logbook"

    def ready(self) -> None:
        """Let every URL pattern of the site say <reference:...>."""
        register_converter(ReferenceConverter, "reference")
