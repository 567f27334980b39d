"""Requests to shield: the practitioner's form and the IW Team's desk."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"
