"""Who may do what to a record, a hold or a review: one function per question."""

from shielding import states
from shielding.accounts.models import User
from shielding.models import Hold, Record


def may_administer(user: User) -> bool:
    """Return whether the person acts for the IW Team (process document, step 4)."""
    return user.is_active and user.is_iw


def may_apply(user: User, hold: Hold) -> bool:
    """Return whether the person may attest that the record is shielded for this hold."""
    return may_administer(user) and hold.is_standing and hold.applied_at is None


def may_attest_never_applied(user: User, record: Record, standing: int) -> bool:
    """Return whether "checked: never applied" may end a record's waiting.

    Only while no hold stands and only if nobody attested in this episode that it was applied:
    once applied, the way back is the two-person unshield.
    """
    return (
        may_administer(user)
        and record.state == states.TO_SHIELD
        and record.applied_at is None
        and standing == 0
    )
