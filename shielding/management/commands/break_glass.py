from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from logbook.days import clock_now
from shielding.accounts.suspensions import BrokenGlass
from shielding.operations.break_glass import break_glass
from shielding.operations.database_roles import as_owner
from shielding.web.refusals import Refused


class Command(BaseCommand):
    help = (
        "Let an IW lead or administrator sign in again when nobody is left to do it on the pages."
        " Two people do this together; everybody who watches over accounts is mailed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the email address of who is let in")
        parser.add_argument("--by", required=True, dest="one", metavar="EMAIL", help="you")
        parser.add_argument(
            "--with", required=True, dest="other", metavar="EMAIL", help="who is beside you"
        )
        parser.add_argument("--why", required=True, choices=BrokenGlass.Why.values)

    def handle(
        self, *args: Any, email: str, one: str, other: str, why: str, **options: Any
    ) -> None:
        try:
            with as_owner():
                password = break_glass(email, one=one, other=other, why=why, now=clock_now())
        except ImproperlyConfigured as error:
            raise CommandError(f"{error} Only the owner can do this.") from error
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(password)
        self.stderr.write("Shown once: hand it over in person. Another is chosen with it.")
