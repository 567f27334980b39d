"""The first step of every act on an access request: its rows locked, who acts read anew.

Requester, line manager and source lock the access request alone, so that they never wait for
somebody who works on the record; the IW Team locks the record's row first. Last of all locks is
the turn of a person at a record.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max
from django.db.models.functions import Greatest

from brokerage import states
from brokerage.models import AccessRequest
from shielding.accounts.models import User
from shielding.records.locking import lock_known_record
from shielding.web.refusals import WrongState


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


def in_turn(access: AccessRequest, now: datetime) -> datetime:
    """Return the moment of an act that is compared with those in the person's other requests.

    What speaks against contact in one request speaks against it in all that its requester has for
    the record, and their rows are not locked: so these acts take turns here, and each is later than
    all before it, whenever its page was opened. Needs a transaction.
    """
    turn = f"access request of {access.requester_id} for {access.record_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn])
    said = ("stopped_at", "no_contact_at", "lead_decided_at", "concluded_at")
    same = AccessRequest.objects.filter(record=access.record_id, requester=access.requester_id)
    latest = same.order_by().aggregate(
        at=Greatest(*(Max(name) for name in (*said, "liaisons__answered_at")))
    )["at"]
    return now if latest is None or latest < now else latest + timedelta(microseconds=1)


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
