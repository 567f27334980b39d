"""What only somebody at the server can do: the first accounts, and a password to begin with.

There is no page for either. Each is an entry of the system's, because nobody is signed in there.
"""

import secrets
from datetime import datetime

from django.db import connection, transaction

from logbook.references import ALPHABET
from logbook.writing import log_entry
from shielding.accounts.models import User
from shielding.accounts.policies import NOT_SECOND_FOR
from shielding.roles import Role
from shielding.web.refusals import Refused, WrongState


def make_first_accounts(
    *, administrator: tuple[str, str], lead: tuple[str, str], by: None = None, now: datetime
) -> list[User]:
    """Make the first administrator and the first IW lead, each given as name and address.

    Refuses when there is any account: from then on roles take two people.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_user IN SHARE ROW EXCLUSIVE MODE")
        if User.objects.exists():
            raise WrongState("not_empty", "There are accounts already. Use the pages.")
        made = [
            User.objects.create_user(
                email, name=name, role=role, is_lead=role == Role.IW, created_at=now
            )
            for role, (name, email) in ((Role.ADMINISTRATOR, administrator), (Role.IW, lead))
        ]
        for person in made:
            log_entry(
                "first_account_made",
                by=by,
                at=now,
                person=person.uid,
                new_role=str(person.role),
                lead=person.is_lead,
            )
    return made


def make_first_password(email: str, *, by: None = None, now: datetime) -> str:
    """Give an account a one-time password and return it; the first page asks for another.

    Refuses an address without an account, and an account that is not in use. Signs the person out
    wherever they are signed in: the password of a session must be the account's.
    """
    with transaction.atomic():
        address = User.objects.as_stored(email)
        person = User.objects.select_for_update(no_key=True).filter(email=address).first()
        if person is None:
            raise Refused("no_account", "There is no account with this e-mail address.")
        if not person.is_active:
            raise WrongState("not_in_use", "This account is not in use.")
        password = "-".join(_letters(5) for _ in range(5))
        person.set_password(password)
        person.must_change_password = True
        if person.last_login is not None:
            # An account in use, and somebody else read its password: nobody's second for a day.
            person.second_person_from = now + NOT_SECOND_FOR
        person.save(update_fields=["password", "must_change_password", "second_person_from"])
        log_entry("first_password_made", by=by, at=now, person=person.uid)
    return password


def _letters(number: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(number))
