"""Who may take back a data load."""

from datetime import datetime

from shielding.accounts.models import User
from shielding.accounts.second_person import may_be_second_after
from shielding.checks.data_loads.models import DataLoad
from shielding.records.policies import may_administer


def may_take_back(user: User, load: DataLoad, now: datetime) -> bool:
    """Return whether the member may take back a load: not who entered it or counts as one with
    them, nor newly granted.

    With it goes a check of every shielded record, which nobody makes go alone.
    """
    return (
        may_administer(user)
        and load.taken_back_at is None
        and may_be_second_after(user, load.entered_by_id, at=load.entered_at, now=now)
    )
