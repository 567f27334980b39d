"""Requests to shield: the practitioner's form and the IW Team's desk."""

from django.apps import AppConfig

from shielding.roles import Role


class RequestsConfig(AppConfig):
    name = "requests_app"

    def ready(self) -> None:
        """Tell the core what waits for whom, what is handed over, and what was disowned."""
        from requests_app import hand_over, models  # noqa: PLC0415 - models are not loaded yet
        from requests_app.desk import to_do as desk_to_do  # noqa: PLC0415
        from requests_app.practitioner import lists, readers  # noqa: PLC0415
        from requests_app.practitioner import to_do as practitioner_to_do  # noqa: PLC0415
        from shielding import hooks  # noqa: PLC0415 - hooks imports Django's models
        from shielding.notices.kinds import Kind, register, register_item  # noqa: PLC0415

        register(
            Kind(
                "confirm_phoned",
                "A phoned request to confirm",
                is_duty=True,
                readers=readers.to_confirm,
            ),
            Kind(
                "named_as_supporter",
                "Named as supporter",
                is_of_a_manager=True,
                readers=readers.named,
            ),
        )
        register_item(readers.of_item)
        hooks.owner_of.append(readers.owner_of)
        hooks.navigation += [
            hooks.MenuItem(Role.PRACTITIONER, "request_list", "Your requests", 10),
            hooks.MenuItem(Role.IW, "desk_queue", "Work queue", 10),
        ]
        hooks.waiting += [lists.waiting, desk_to_do.for_iw_team]
        hooks.recent.append(practitioner_to_do.latest_of_practitioner)
        hooks.hand_over_drafts.append(hand_over.hand_over_drafts)
        hooks.hand_over.append(hand_over.hand_over_sent)
        hooks.in_hand.append(hand_over.in_hand)
        hooks.disowned.append(models.Request.objects.disowned_holds)
