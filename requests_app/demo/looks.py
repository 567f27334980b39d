"""What people of the demo looked at, or asked for in vain, so often that it is a sign of misuse.

Looking is no act but an entry. So that no list of an auditor's is empty, and each can be followed
to its entries: none of it is a finding.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from logbook.days import LONDON, london_day
from logbook.writing import log_entry_alone
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.demo.telling import Cast, Story
from shielding.desk import actions as desk_actions
from shielding.filled import filled
from shielding.records.grounds import GROUNDS

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)


def of_looks(cast: Cast, *, now: datetime) -> Iterator[Story]:
    """Return each such story, all of them within the week before."""
    yield _asked_in_vain(cast.practitioners[2], now - 2.7 * _DAY)
    yield _looked_for_many(filled(cast.auditor), now - 3.4 * _DAY)
    yield _narrowed_the_register(cast.members[2], now - 1.6 * _DAY)
    night = datetime.combine(london_day(now) - _DAY, time(21, 30), LONDON)
    yield _read_at_night(cast.members[1], night)


def _asked_in_vain(person: User, then: datetime) -> Story:
    """Somebody types addresses of requests that are not theirs."""
    for minute in range(7):
        yield (now := then + minute * _MINUTE)
        log_entry_alone("not_found", by=person, at=now, page="request_detail")


def _looked_for_many(auditor: User, then: datetime) -> Story:
    """An auditor looks for the records of a list, none of which is known here."""
    for index in range(21):
        yield (now := then + index * _MINUTE)
        number = f"CP{92_000_000 + index}"
        desk_actions.find_record(number, purpose="auditing", by=auditor, now=now)


def _narrowed_the_register(lead: User, then: datetime) -> Story:
    """A lead narrows the register by one ground after another."""
    for index, ground in enumerate(GROUNDS):
        yield (now := then + index * _MINUTE)
        log_entry_alone(
            "register_narrowed", by=lead, at=now, page=1, ground=ground.code, service="any"
        )


def _read_at_night(member: User, then: datetime) -> Story:
    """A member opens request after request, late in the evening."""
    yield then
    sent = Request.objects.exclude(record=None).select_related("record").order_by("id")
    for index, request in enumerate(sent[:24]):
        yield (now := then + index * _MINUTE)
        of = {"reference": request.reference, "record_reference": filled(request.record).reference}
        log_entry_alone("request_opened", by=member, at=now, **of)
