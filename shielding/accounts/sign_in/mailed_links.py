"""Whether a mailed link is good: as it sets a password, or for the set-up of a first factor."""

from datetime import datetime

from allauth.account.utils import url_str_to_user_pk
from django.core.exceptions import ValidationError

from shielding.accounts.models import User
from shielding.notices.password_links import PasswordLinks, SetUpLinks


def is_good_still(person: User, token: str) -> bool:
    """Return whether a link is good, the person's row locked until the transaction ends.

    It was looked at before: the account may have been suspended, or got another email address,
    since. Read anew, for whoever has the row in hand read it then.
    """
    return PasswordLinks().check_token(User.objects.locked(person.pk)[person.pk], token)


def note_by_link(person: User, now: datetime) -> None:
    """Keep that a password came by a mailed link, where the account was used before."""
    used = User.objects.filter(pk=person.pk, last_login__isnull=False)
    used.update(password_by_link_at=now)


def whose_link(uidb36: str, key: str) -> User | None:
    """Return whose first factor is set up by this link; nobody where it cannot be used."""
    try:
        person = User.objects.filter(pk=url_str_to_user_pk(uidb36)).first()
    except (ValueError, OverflowError, ValidationError):
        return None
    return person if SetUpLinks().check_token(person, key) else None
