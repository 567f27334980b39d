"""Brokerage: others who need to reach the people behind a shielded record."""

from django.apps import AppConfig


class BrokerageConfig(AppConfig):
    name = "brokerage"

    def ready(self) -> None:
        """Tell the core what waits, is handed over, ends with a shield and is reminded of."""
        from brokerage import demo, notices, opening  # noqa: PLC0415 - models are not loaded yet
        from brokerage.core_hooks import (  # noqa: PLC0415 - models are not loaded yet
            hand_over,
            how_it_goes,
            navigation,
            reminders,
            to_do,
            unshield,
        )
        from brokerage.desk import to_do as desk_to_do  # noqa: PLC0415 - models are not loaded yet
        from brokerage.requester import forms  # noqa: PLC0415 - as above
        from brokerage.requester import to_do as requester_to_do  # noqa: PLC0415 - as above
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models
        from shielding.notices import kinds  # noqa: PLC0415 - models are not loaded yet

        kinds.register(*notices.KINDS)
        kinds.register_item(notices.parties_of, followers=notices.parties_of)
        kinds.register_item(notices.source_of)
        hooks.kept["access_page"] = forms.forms_of
        hooks.page_of_reference.append(opening.page_of_reference)
        hooks.navigation += navigation.MENU
        hooks.of_no_item += navigation.OF_NO_ITEM
        hooks.to_begin += navigation.TO_BEGIN
        hooks.waiting.append(requester_to_do.waiting)
        hooks.recent.append(requester_to_do.latest)
        hooks.waiting.append(desk_to_do.for_iw_team)
        hooks.duty_item.append(desk_to_do.duty_item)
        hooks.open_now.append(how_it_goes.open_now)
        hooks.ends_of_access |= how_it_goes.ENDS
        hooks.of_record.append(desk_to_do.of_record)
        hooks.waiting.append(to_do.waiting)
        hooks.hand_over_drafts.append(hand_over.hand_over_drafts)
        hooks.hand_over.append(hand_over.hand_over_sent)
        hooks.in_hand.append(hand_over.in_hand)
        hooks.moved.append(hand_over.moved)
        hooks.hand_back.append(hand_over.ask_whom_they_went_to)
        hooks.record_opened.append(unshield.close_requests)
        hooks.demo.append(demo.of_access_requests)
        hooks.reminders.append(reminders.raise_reminders)
