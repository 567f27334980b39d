"""What only somebody at the server can do: the first accounts, and a password to begin with.

There is no page for either. Each is an entry of the system's, because nobody is signed in there.
"""

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from logbook.days import really
from logbook.references import ALPHABET
from logbook.writing import log_entry
from shielding.accounts.addresses import why_not_this_address
from shielding.accounts.history import Change, remember
from shielding.accounts.models import ServerGrant, User
from shielding.accounts.second_person import NOT_SECOND_FOR
from shielding.accounts.sessions.ending import end_all
from shielding.accounts.sessions.session_codes import How
from shielding.roles import Role
from shielding.web.refusals import Refused, WrongState


def make_first_accounts(
    *, administrator: tuple[str, str], lead: tuple[str, str], by: None = None, now: datetime
) -> list[User]:
    """Make the first administrator and the first IW lead, each given as name and address.

    Refuses when there is any account, for from then on roles take two people, and an address that
    no account gets or that may be the other's mailbox. Needs the owner's
    connection: PostgreSQL lets nobody else give a role that was not proposed and confirmed.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_user IN SHARE ROW EXCLUSIVE MODE")
        if User.objects.exists():
            raise WrongState("not_empty", "There are accounts already. Use the pages.")
        firsts = ((Role.ADMINISTRATOR, administrator), (Role.IW, lead))
        made = [_first_account(role, name, email, now) for role, (name, email) in firsts]
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


def _first_account(role: Role, name: str, email: str, now: datetime) -> User:
    try:
        validate_email(email)
    except ValidationError as error:
        raise Refused("unfit_address", f"{email}: this is not an email address.") from error
    if wrong := why_not_this_address(email):
        raise Refused("unfit_address", f"{email}: {wrong}.")
    person = User.objects.create_user(
        email, name=name, role=role, is_lead=role == Role.IW, is_active=False, created_at=now
    )
    remember(person, Change.MADE, by=None, now=now)
    return give_role(person, now=now)


def give_role(person: User, *, now: datetime) -> User:
    """Let the role of an account stand without a proposal, and the account be used.

    A part of making the first accounts, and of the demo. Needs the owner's connection.
    """
    ServerGrant.objects.create(
        person=person, role=person.role, is_lead=person.is_lead, given_at=now
    )
    person.is_active = True
    person.save(update_fields=["is_active"])
    return person


def make_first_password(email: str, *, by: None = None, now: datetime) -> str:
    """Give an account a one-time password and return it; the first page asks for another.

    Refuses an address without an account, and an account that is not in use. Signs the person out
    wherever they are signed in: the password of a session must be the account's.
    """
    with transaction.atomic():
        address = User.objects.as_stored(email)
        person = User.objects.select_for_update(no_key=True).filter(email=address).first()
        if person is None:
            raise Refused("no_account", "There is no account with this email address.")
        if not person.is_active:
            raise WrongState("not_in_use", "This account is not in use.")
        password = one_time_password()
        person.set_password(password)
        person.must_change_password = True
        if person.last_login is not None:
            # An account in use, and somebody else read its password: nobody's second for a day.
            person.second_person_from = now + NOT_SECOND_FOR
        person.save(update_fields=["password", "must_change_password", "second_person_from"])
        end_all(person, How.PASSWORD, now=really(now))
        log_entry("first_password_made", by=by, at=now, person=person.uid)
    return password


def one_time_password() -> str:
    """Return a password to hand over in person: who signs in with it chooses another first."""
    return "-".join(_letters(5) for _ in range(5))


def _letters(number: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(number))
