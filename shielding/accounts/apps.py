from importlib import import_module

from django.apps import AppConfig

from shielding.notices.kinds import INVITATION, PASSWORD_RESET, Kind, register


class AccountsConfig(AppConfig):
    name = "shielding.accounts"
    label = "accounts"
    verbose_name = "People and services"

    def import_models(self) -> None:
        super().import_models()
        # Tables in modules of their own, and those of the notices, which stay under this label.
        for name in ("accounts.deputies", "accounts.history", "notices.models", "notices.timers"):
            import_module(f"shielding.{name}")

    def ready(self) -> None:
        from shielding.accounts import deputies, policies  # noqa: PLC0415 models, as above
        from shielding.accounts.sign_in import entries  # noqa: PLC0415 receivers need loaded models

        entries.listen()
        register(
            Kind(PASSWORD_RESET, "A link for a password", is_personal=True),
            Kind(INVITATION, "An invitation", is_personal=True),
            Kind("deputy_ended", "A deputy ended", readers=deputies.both_of),
            Kind("deputy_named", "A deputy named", readers=deputies.both_of),
            Kind("role_granted", "A role granted", readers=policies.who_hear_of_grant),
            Kind("role_proposed", "A role proposed", readers=policies.who_keep_roles),
            Kind("role_refused", "A role refused", readers=policies.who_keep_roles),
        )
