"""Who may narrow the register."""

from shielding.accounts.models import User


def may_narrow(user: User) -> bool:
    """Return whether the person may narrow the register by ground and service: IW leads.

    Narrowed so it says which child is shielded why, or by whose service.
    """
    return user.is_active and user.is_iw and user.is_lead
