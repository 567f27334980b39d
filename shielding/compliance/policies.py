"""Who takes figures out of the team."""

from shielding.accounts.models import User


def may_export(user: User) -> bool:
    """Return whether the person may save figures as a file: auditors, as every export."""
    return user.is_active and user.is_auditor
