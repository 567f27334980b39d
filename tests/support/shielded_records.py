"""Records as the clock finds them: shielded for one source or several, made by the acts."""

from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from logbook.references import new_reference
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go
from shielding.holds.letting_go import Parting
from shielding.models import Hold, Record
from shielding.records import locking
from shielding.unshield import actions as unshield_actions
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_number, a_request, agreed, first_review_concluded

GONE = Parting(own_systems_unshielded=True, family="told")
DAY = timedelta(days=1)


def at(day: date, hour: int = 10) -> datetime:
    """Return a moment on a day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def shielded_for(*sources: User, number: str = "", now: datetime = NOW) -> list[Hold]:
    """Return the holds of these practitioners on one record, agreed and attested as applied.

    Their first reviews are concluded on their day, without an answer.
    """
    number, member = number or a_number(), an_iw_member()
    holds = []
    for source in sources or (a_practitioner(),):
        request = a_request(source, number=number, now=now)
        hold_actions.attest_applied(
            request.hold, checked_on=now.date(), no_duplicate=True, by=member, now=now
        )
        holds.append(agreed(Request.objects.get(pk=request.pk), by=member, now=now).hold)
        first_review_concluded(request, by=member)
    return holds


def agreed_holds(*sources: User, number: str = "", now: datetime = NOW) -> list[Hold]:
    """Return what `shielded_for` does, without the requests: a third of its statements."""
    number, member = number or a_number(), an_iw_member()
    holds = [
        hold_on(number, reference=new_reference(), source=source, now=now)
        for source in sources or (a_practitioner(),)
    ]
    for hold in holds:
        hold_actions.attest_applied(
            hold, checked_on=now.date(), no_duplicate=True, by=member, now=now
        )
        with transaction.atomic():
            hold_actions.agree_hold(hold, involvement="on_record", by=member, now=now)
    return holds


def let_go(hold: Hold, *, by: User | None = None, now: datetime = NOW) -> Hold:
    """Return the hold, let go by its source unless another is named."""
    return letting_go.withdraw(hold, parting=GONE, by=by or hold.source, now=now)


def nobody_asks(now: datetime = NOW) -> Record:
    """Return a shielded record whose only source has let go."""
    (hold,) = shielded_for(now=now)
    let_go(hold, now=now)
    return Record.objects.get(pk=hold.record_id)


def being_unshielded(begun_by: User, now: datetime = NOW) -> Record:
    """Return a record that a member began to unshield, the working day after the last let go."""
    return unshield_actions.begin_unshield(nobody_asks(now), by=begun_by, now=now + DAY)


def place(record: Record, *, now: datetime) -> Hold:
    """Return a hold that a new practitioner placed on a record."""
    source = a_practitioner()
    with transaction.atomic():
        return a_request(source, number=record.number_in_clear(), now=now).hold


def hold_on(number: str, *, reference: str = "IW-2222-2222", source=None, now=NOW) -> Hold:
    """Place a hold on the record of this number by the act alone, without a request."""
    source = source or a_practitioner()
    with transaction.atomic():
        return hold_actions.place_hold(
            locking.lock_record(number),
            source=hold_actions.Source(source, source.service),
            reference=reference,
            ground="abuse",
            by=source,
            now=now,
        )
