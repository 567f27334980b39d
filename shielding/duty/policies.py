"""Who may say that they have a piece of work."""

from shielding.accounts.models import User
from shielding.records.policies import may_administer


def may_take(user: User) -> bool:
    """Return whether the person may say "I have it": anybody who works in the IW Team."""
    return may_administer(user)
