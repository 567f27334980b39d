from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from logbook.days import clock_now
from shielding.operations.database_roles import as_owner
from shielding.operations.first_accounts import make_first_accounts
from shielding.web.refusals import Refused


class Command(BaseCommand):
    help = (
        "Make the first two accounts of an empty installation: a technical administrator and an"
        " IW lead. Everybody else is added on the pages. Then run first_password for each."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for who in ("administrator", "lead"):
            parser.add_argument(f"--{who}", nargs=2, required=True, metavar=("NAME", "EMAIL"))

    def handle(self, *args: Any, administrator: list[str], lead: list[str], **options: Any) -> None:
        try:
            with as_owner():
                made = make_first_accounts(
                    administrator=(administrator[0], administrator[1]),
                    lead=(lead[0], lead[1]),
                    now=clock_now(),
                )
        except ImproperlyConfigured as error:
            raise CommandError(f"{error} The first roles are the owner's to give.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        for person in made:
            self.stdout.write(f"{person.get_role_display()}: {person.email}")
