"""Brokerage: others who need to reach the people behind a shielded record (to come)."""

from django.apps import AppConfig


class BrokerageConfig(AppConfig):
    name = "brokerage"
