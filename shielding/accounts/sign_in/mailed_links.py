"""Whether a mailed link to set a password is good at the very moment at which it sets one."""

from shielding.accounts.models import User
from shielding.notices.password_links import PasswordLinks


def is_good_still(person: User, token: str) -> bool:
    """Return whether a link is good, the person's row locked until the transaction ends.

    It was looked at before: the account may have been suspended, or got another email address,
    since. Read anew, for whoever has the row in hand read it then.
    """
    return PasswordLinks().check_token(User.objects.locked(person.pk)[person.pk], token)
