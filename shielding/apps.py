"""The core app: records, holds and reviews, and flat beside them the project's wiring."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from shielding import hooks, sealing
from shielding.operations import deploy_checks


class ShieldingConfig(AppConfig):
    name = "shielding"

    def ready(self) -> None:
        """Check the keys; grant the application's database role its rights after migrations."""
        from shielding.checks import notices as of_checks  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.checks.data_loads import notices as of_data_loads  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.duty import rota  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.holds.disputes import notices as of_disputes  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.holds.hand_over import notices as of_hand_overs  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.notices import kinds  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.operations import database_roles  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.operations.lost_mail import alarm  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.records import number, to_shield_alerts  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.reviews import reminders, telling  # noqa: PLC0415 - models are not loaded before ready()
        from shielding.unshield import reminders as of_unshield  # noqa: PLC0415 - models are not loaded before ready()

        sealing.check_keys()
        number.check_pattern()
        deploy_checks.register()
        kinds.register(
            *reminders.KINDS,
            *telling.KINDS,
            *to_shield_alerts.KINDS,
            *of_unshield.KINDS,
            *of_hand_overs.KINDS,
            *of_disputes.KINDS,
            *of_checks.KINDS,
            *of_data_loads.KINDS,
            *alarm.KINDS,
        )
        hooks.on_duty.append(rota.on_duty)
        hooks.reminders.append(of_unshield.raise_reminders)
        hooks.reminders.append(alarm.raise_alarm)
        hooks.returned.append(reminders.remind_again)
        post_migrate.connect(database_roles.grant_after_migrate, sender=self)
