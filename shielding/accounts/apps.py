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
            "accounts.history",
            "accounts.suspensions",
            "notices.models",
            "notices.timers",
        ):
            import_module(f"shielding.{name}")

    def ready(self) -> None:
        from shielding.accounts import notices  # noqa: PLC0415 models, as above
        from shielding.accounts.attempts import known  # noqa: PLC0415 receivers, as below
        from shielding.accounts.sign_in import entries  # noqa: PLC0415 receivers need loaded models

        entries.listen()
        known.listen()
        register(*notices.KINDS)
