"""The logbook app: an append-only account of who did what to which reference."""

from django.apps import AppConfig


class LogbookConfig(AppConfig):
    name = "logbook"
