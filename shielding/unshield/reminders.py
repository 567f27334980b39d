"""What the clock owes the IW leads of unshields: one that hangs, one that too few may do."""

from datetime import date, datetime

from django.db import transaction

from shielding import clock
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.notices.kinds import Kind
from shielding.notices.notify import notify
from shielding.records import states
from shielding.records.models import Record
from shielding.reviews.reminders import of_team
from shielding.unshield import policies

WAITS, LACKS_MEMBERS = "unshield_waits", "unshield_lacks_members"
_EPOCH = date(2000, 1, 1)


def raise_reminders(now: datetime) -> None:
    """Owe everything about unshields that is due by now; it may run as often as it likes."""
    tell_of_hanging_unshields(now)
    tell_where_two_are_lacking(now)


def tell_of_hanging_unshields(now: datetime) -> None:
    """Tell the IW leads of an unshield begun before the last working day, or that nobody may
    confirm: the record may be open on the system while it counts as shielded.

    Nobody may, too, once the step of whoever began has fallen away.
    """
    for record in Record.objects.filter(state=states.UNSHIELDING).select_related(
        "unshield_begun_by"
    ):
        begun = clock.today(filled(record.unshield_begun_at))
        counts = policies.beginning_counts(record)
        may = counts and policies.seconds(record, now, beginner=record.unshield_begun_by)
        if not may or clock.today(now) > clock.next_working_day(begun):
            _tell_leads(WAITS, record, now, step=(begun - _EPOCH).days)


def tell_where_two_are_lacking(now: datetime) -> None:
    """Tell the IW leads of a record whose unshield two could not do, for what they did before.

    A newly granted member may, a day later: the leads see to one. Not of a record that nobody could
    unshield now, since something of it is said to be wrong.
    """
    for record in Record.objects.to_unshield():
        if policies.two_are_lacking(record, now) and not policies.disputed(record):
            _tell_leads(LACKS_MEMBERS, record, now, step=record.episode)


def _tell_leads(kind: str, record: Record, now: datetime, *, step: int) -> None:
    leads = User.objects.working().iw_team().leads_or_else_all()
    with transaction.atomic():
        notify(kind, record.reference, recipients=leads, now=now, step=step)


def _while_it_waits(reference: str, now: datetime) -> list[User] | None:
    """Return who may see to it, while the record waits for members: not for a dispute's end."""
    record = Record.objects.to_unshield().filter(reference=reference).first()
    waits = record is not None and not policies.disputed(record)
    return of_team(reference, now) if waits else []


KINDS = (
    Kind(WAITS, "An unshielding that waits", readers=of_team),
    Kind(LACKS_MEMBERS, "An unshielding that too few members may do", readers=_while_it_waits),
)
