"""Requests to shield: the practitioner's form and the IW Team's desk."""

from django.apps import AppConfig

from shielding.notices.kinds import register, register_item


class RequestsConfig(AppConfig):
    name = "requests_app"

    def ready(self) -> None:
        """Tell the core what waits for whom, what is handed over, and what was disowned."""
        from requests_app import (  # noqa: PLC0415 - models are not loaded yet
            hand_over,
            models,
            navigation,
            notices,
            opening,
        )
        from requests_app.desk import to_do as desk_to_do  # noqa: PLC0415
        from requests_app.go_live import opening as go_live  # noqa: PLC0415
        from requests_app.go_live import to_do as go_live_to_do  # noqa: PLC0415
        from requests_app.practitioner import question_forms, to_do  # noqa: PLC0415 - as above
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models

        register(*notices.KINDS)
        register_item(notices.of_item)
        hooks.kept["request_page"] = question_forms.forms_of
        hooks.kept["request_again"] = lambda slug: list(question_forms.FORM.values())
        hooks.owner_of.append(notices.owner_of)
        hooks.navigation += navigation.MENU
        hooks.to_begin += navigation.TO_BEGIN
        hooks.for_managers += navigation.FOR_MANAGERS
        hooks.page_of_reference += [opening.page_of_reference, go_live.page_of_reference]
        hooks.page_of_hold.append("desk_request")
        hooks.own_page_of_hold.append("request_detail")
        hooks.waiting += [to_do.waiting, desk_to_do.for_iw_team, go_live_to_do.waiting]
        hooks.duty_item.append(desk_to_do.duty_item)
        hooks.open_now.append(desk_to_do.open_now)
        hooks.recent.append(to_do.latest)
        hooks.hand_over_drafts.append(hand_over.hand_over_drafts)
        hooks.hand_over.append(hand_over.hand_over_sent)
        hooks.in_hand.append(hand_over.in_hand)
        hooks.moved.append(hand_over.moved)
        hooks.hand_back.append(hand_over.follow_holds)
        hooks.disowned.append(models.Request.objects.disowned_holds)
