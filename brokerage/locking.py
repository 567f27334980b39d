"""The first step of every act on an access request: its rows locked, who acts read anew.

Requester, line manager and source lock the access request alone, so that they never wait for
somebody who works on the record; the IW Team locks the record's row first.
"""

from datetime import datetime

from brokerage import states
from brokerage.models import AccessRequest
from shielding.accounts.models import User
from shielding.accounts.refused import WrongState
from shielding.locking import lock_known_record


def locked(key: int, by: User) -> AccessRequest:
    """Return the access request, its row locked. Needs a transaction."""
    access = AccessRequest.objects.select_for_update().get(pk=key)
    by.refresh_from_db(
        fields=["is_active", "role", "is_lead", "line_manager", "second_person_from"]
    )
    return access


def locked_with_record(access: AccessRequest, by: User) -> AccessRequest:
    """Return a sent access request, its record's row and then its own locked.

    Which record it is about is set once and never changes, so it may be read unlocked.
    """
    if access.record_id is None:
        raise WrongState("not_sent", "This request was not sent.")
    record = lock_known_record(access.record_id)
    access = locked(access.pk, by)
    access.record = record
    return access


def move(access: AccessRequest, act: str, now: datetime) -> None:
    """Set the state that follows an act. Raises WrongState where the act cannot follow.

    Since when it waits changes with the state alone: an answer while the lead is to decide does
    not begin the lead's days anew.
    """
    after = states.after(access.state, act)
    if after is None:
        raise WrongState(f"not_{act}")
    if after != access.state:
        access.state, access.state_since = after, now
    access.changed_at = now
