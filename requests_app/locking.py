"""The first three steps of every action on a request: lock, state, and whether it still stands."""

from datetime import datetime

from requests_app import states
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.models import Record
from shielding.records.locking import lock_known_record
from shielding.web.refusals import WrongState


class SentMeanwhile(WrongState):
    """The draft was sent while we waited for it: its record's row was not locked first."""

    code = "sent_meanwhile"
    message = "This request was sent a moment ago. Open it again."


def locked(key: int, by: User) -> Request:
    """Return the request with its record's row, then its own, locked. Needs a transaction.

    Which record a request is about is set once and never changes, so it may be read unlocked. Who
    acts is read anew once the rows are ours: they may have been suspended while we waited.
    """
    # One row at a time: joined with all it refers to, planning alone took PostgreSQL 12 ms.
    record_id = Request.objects.values_list("record_id", flat=True).get(pk=key)
    record = None if record_id is None else lock_known_record(record_id)
    request = Request.objects.select_for_update().get(pk=key)
    if request.record_id != record_id:
        raise SentMeanwhile()
    request.record = record
    by.refresh_from_db(fields=["is_active", "role", "is_lead", "second_person_from"])
    return request


def move(request: Request, act: str, now: datetime) -> None:
    """Set the state that follows an act. Raises WrongState where the act cannot follow."""
    after = states.after(request.state, act)
    if after is None:
        raise WrongState(f"not_{act}")
    request.move_to(after, now)


def second_standing(record: Record, source: User) -> bool:
    """Return whether the practitioner themself already asks for this record."""
    return Request.objects.own_standing(source).filter(record=record).exists()


def refuse_if_let_go(request: Request) -> None:
    """Raise WrongState where the request's hold was released: nothing about it goes on."""
    if request.hold is not None and not request.hold.is_standing:
        raise WrongState("let_go", "This request no longer asks for a shield.")
