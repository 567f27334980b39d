"""Requests to shield: the practitioner's form and the IW Team's desk."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests_app"

    def ready(self) -> None:
        """Tell the core what waits for whom, what is handed over, and what was disowned."""
        from requests_app import (  # noqa: PLC0415 - models are not loaded yet
            handing_over,
            models,
            own_list,
            waiting,
        )
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models

        hooks.waiting += [own_list.waiting, waiting.for_iw_team]
        hooks.recent.append(waiting.latest_of_practitioner)
        hooks.hand_over_drafts.append(handing_over.hand_over_drafts)
        hooks.hand_over.append(handing_over.hand_over_sent)
        hooks.in_hand.append(handing_over.in_hand)
        hooks.disowned.append(models.Request.objects.disowned_holds)
