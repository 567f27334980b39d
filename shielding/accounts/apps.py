from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "shielding.accounts"
    label = "accounts"
    verbose_name = "People and services"

    def ready(self) -> None:
        from shielding.accounts import signing_in  # noqa: PLC0415 receivers need loaded models

        signing_in.listen()
