from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from logbook.days import clock_now
from shielding.operations.first_accounts import make_first_password
from shielding.web.refusals import Refused


class Command(BaseCommand):
    help = "Print a one-time password for an account, to hand over in person. It is an entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the email address of the account")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            password = make_first_password(email, now=clock_now())
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(password)
        self.stderr.write("Shown once. The person is asked for a new one at the first sign-in.")
