"""Fill an empty installation with invented people and requests, and say how to sign in."""

import os
import secrets
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from logbook.days import clock_now, london_day
from requests_app.demo.looks import of_looks
from requests_app.demo.stories import of_requests
from shielding import hooks
from shielding.accounts.deputies import actions as deputy_actions
from shielding.accounts.models import Service, User
from shielding.demo.telling import Cast, act_out
from shielding.filled import filled
from shielding.operations.database_roles import as_owner
from shielding.operations.first_accounts import give_role
from shielding.roles import Role

SIGN_INS = "demo-sign-ins.txt"


class Command(BaseCommand):
    """`manage.py seed_demo`: refuses where anybody already has an account."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make everything in one transaction, so that an interrupted run leaves nothing behind.

        As the owner of the database: nobody proposed and confirmed the roles of the demo's people.
        """
        if User.objects.exists():
            raise CommandError("There are accounts already: demo data is for an empty site.")
        sign_ins: list[str] = []
        with as_owner(), transaction.atomic():
            now = clock_now()
            cast = self.people(sign_ins)
            apps = (of_requests, of_looks, *hooks.demo)
            stories = act_out(chain.from_iterable(tell(cast, now=now) for tell in apps))
            _name_deputy(cast.manager, now)
            # Before the commit: people whose passwords could not be written are not kept either.
            _keep(sign_ins)
        self.stdout.write(f"Told {stories} invented stories.\n")

    def people(self, sign_ins: list[str]) -> Cast:
        """Make the three services and everybody in them; fill in how each of them signs in.

        Who left comes in again if a member finds that their suspension was wrong.
        """
        now = clock_now() - timedelta(days=200)

        def account(role: str, who: str, email: str, **fields: Any) -> User:
            # Everybody: a story waits for whoever is asked in it.
            password = "-".join(secrets.token_hex(3) for _ in range(3))
            sign_ins.append(f"  {who:<28} {email}@demo.example   {password}")
            fields |= {"name": f"{who} (demo)", "role": role, "created_at": now}
            address = f"{email}@demo.example"
            if role == Role.PRACTITIONER:
                return User.objects.create_user(address, password, **fields)
            person = User.objects.create_user(address, password, is_active=False, **fields)
            return give_role(person, now=now)

        services = [
            Service.objects.create(name=name, created_at=now)
            for name in ("Demo health visiting", "Demo primary school", "Demo children’s services")
        ]
        head = account(Role.PRACTITIONER, "Head of service", "head", service=services[2])
        manager = account(
            Role.PRACTITIONER, "Line manager", "manager", service=services[0], line_manager=head
        )
        practitioners = [
            account(
                Role.PRACTITIONER,
                who,
                email,
                service=service,
                line_manager=manager if service == services[0] else None,
            )
            for who, email, service in (
                ("Practitioner", "practitioner", services[0]),
                ("Colleague", "colleague", services[0]),
                ("Teacher", "teacher", services[1]),
                ("Social worker", "social.worker", services[2]),
            )
        ]
        members = [
            account(Role.IW, "IW Team member", "iw"),
            account(Role.IW, "IW Team member, second", "iw2"),
            account(Role.IW, "IW lead", "lead", is_lead=True),
        ]
        gone = account(Role.PRACTITIONER, "Suspended social worker", "left", service=services[2])
        auditor = account(Role.AUDITOR, "Auditor", "auditor")
        administrator = account(Role.ADMINISTRATOR, "Technical administrator", "administrator")
        surgery = services[1]
        return Cast(practitioners, manager, members, surgery, gone, auditor, administrator)


def _name_deputy(manager: User, now: datetime) -> None:
    """Let the manager's own line manager stand in for them for a week from tomorrow."""
    tomorrow = london_day(now) + timedelta(days=1)
    days = {"first_day": tomorrow, "last_day": tomorrow + timedelta(days=6)}
    deputy_actions.name_deputy(manager, filled(manager.line_manager), **days, by=manager, now=now)


def _keep(sign_ins: list[str]) -> None:
    """Write the sign-ins where only this account reads them; `make run` prints them each time."""
    text = "\n".join(["Who can sign in (demo data, this installation only):", *sign_ins])
    path = settings.VAR / SIGN_INS
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
