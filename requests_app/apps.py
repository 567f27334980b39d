"""Requests to shield: the practitioner's form and the IW Team's desk."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"

    def ready(self) -> None:
        """Tell the home page what waits for a practitioner."""
        from requests_app import own_list  # noqa: PLC0415 - models are not loaded before ready()
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models

        hooks.waiting.append(own_list.waiting)
