"""Requests to shield: the practitioner's form and the IW Team's desk."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"

    def ready(self) -> None:
        """Tell the home page what waits for a practitioner and for the IW Team."""
        from requests_app import own_list, waiting  # noqa: PLC0415 - models are not loaded yet
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models

        hooks.waiting += [own_list.waiting, waiting.for_iw_team]
        hooks.recent.append(waiting.latest_of_practitioner)
