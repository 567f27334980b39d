"""Brokerage: others who need to reach the people behind a shielded record."""

from django.apps import AppConfig


class BrokerageConfig(AppConfig):
    name = "brokerage"

    def ready(self) -> None:
        """Tell the core what waits, is handed over, ends with a shield and is reminded of."""
        from brokerage import (  # noqa: PLC0415 - models are not loaded yet
            approval_waiting,
            demo,
            desk_waiting,
            handing_over,
            own_list,
            reminders,
            with_records,
        )
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models

        hooks.waiting.append(own_list.waiting)
        hooks.recent.append(own_list.latest)
        hooks.waiting.append(desk_waiting.for_iw_team)
        hooks.of_record.append(desk_waiting.of_record)
        hooks.waiting.append(approval_waiting.waiting)
        hooks.hand_over_drafts.append(handing_over.hand_over_drafts)
        hooks.hand_over.append(handing_over.hand_over_sent)
        hooks.in_hand.append(handing_over.in_hand)
        hooks.record_opened.append(with_records.close_requests)
        hooks.demo.append(demo.tell)
        hooks.reminders.append(reminders.raise_reminders)
