from importlib import import_module

from django.apps import AppConfig

from shielding.notices.kinds import register


class AccountsConfig(AppConfig):
    name = "shielding.accounts"
    label = "accounts"
    verbose_name = "People and services"

    def import_models(self) -> None:
        super().import_models()
        # Tables in modules of their own, and those of the notices, which stay under this label.
        for name in (
            "accounts.attempts.models",
            "accounts.corrections.models",
            "accounts.bulk.models",
            "accounts.deputies.models",
            "accounts.factor_resets.models",
            "accounts.history",
            "accounts.sessions.models",
            "accounts.second_factor.models",
            "accounts.suspensions",
            "notices.models",
            "notices.timers",
        ):
            import_module(f"shielding.{name}")

    def ready(self) -> None:
        from shielding import hooks  # noqa: PLC0415 as below
        from shielding.accounts import notices  # noqa: PLC0415 models, as above
        from shielding.accounts.attempts import known  # noqa: PLC0415 receivers, as below
        from shielding.accounts.sessions.alerts import raise_alerts  # noqa: PLC0415 as above
        from shielding.accounts.sign_in import entries  # noqa: PLC0415 receivers need loaded models

        entries.listen()
        known.listen()
        register(*notices.KINDS)
        hooks.reminders.append(raise_alerts)
