"""What a person is mailed about their own sign-in, whoever did it."""

from datetime import datetime

from logbook.references import new_reference
from shielding.accounts.models import User
from shielding.notices.kinds import PASSWORD_CHANGED
from shielding.notices.notify import notify


def owe_password_changed(person: User, now: datetime) -> None:
    """Owe a person the mail that their password was changed: they may not have done it."""
    notify(PASSWORD_CHANGED, new_reference(), recipients=[person], now=now, mentions="")
