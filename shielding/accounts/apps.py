from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shielding.accounts"
    label = "accounts"
    verbose_name = "People and services"

    def import_models(self) -> None:
        super().import_models()
        for name in ("deputies", "notices", "timers"):  # tables in modules of their own
            import_module(f"shielding.accounts.{name}")

    def ready(self) -> None:
        from shielding.accounts import signing_in  # noqa: PLC0415 receivers need loaded models

        signing_in.listen()
