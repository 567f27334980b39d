"""Who is told that a record was found open: the IW leads, and the sources of what was applied."""

from datetime import datetime

from shielding import clock
from shielding.accounts.models import User
from shielding.notices.kinds import Kind
from shielding.notices.mail_hours import mail_hour
from shielding.notices.models import Notice
from shielding.notices.notify import notify
from shielding.records.models import Hold, Record

TO_SOURCE, TO_LEAD = "phone_about", "found_open"


def tell_leads(record: Record, *, now: datetime) -> None:
    """Owe the IW leads the word that a record was found open, each time anew."""
    step = Notice.objects.filter(kind=TO_LEAD, subject=record.reference).count()
    notify(TO_LEAD, record.reference, recipients=_leads(), now=now, step=step)


def tell_sources(holds: list[Hold], *, now: datetime) -> None:
    """Owe the source of each of these holds the word to phone, all in one minute and alike.

    No mail ties two requests to one child: who is the source of two phones about one of them, and
    is told of the other with the next working day's mail. Line managers are told of none.
    """
    told: set[int] = set()
    for hold in holds:
        source = hold.source
        if source is None:
            continue  # the IW Team phones
        later = mail_hour(clock.next_working_day(clock.today(now))) if source.pk in told else None
        told.add(source.pk)
        step = Notice.objects.filter(kind=TO_SOURCE, subject=hold.reference).count()
        notify(TO_SOURCE, hold.reference, recipients=[source], now=now, step=step, due_at=later)


def _leads() -> list[User]:
    return User.objects.working().iw_team().leads_or_else_all()


def _of_leads(reference: str, _now: datetime) -> list[User] | None:
    return _leads() if Record.objects.filter(reference=reference).exists() else None


def _source(reference: str, _now: datetime) -> list[User] | None:
    """Return who is to phone: the source, while it stands and is not attested anew."""
    hold = Hold.objects.select_related("source").filter(reference=reference).first()
    if hold is None:
        return None
    source, waits = hold.source, hold.is_standing and hold.found_open_at is not None
    can = source is not None and source.is_active and source.is_practitioner
    return [source] if source is not None and waits and can else []


KINDS = (
    Kind(
        TO_SOURCE,
        "To phone the IW Team",
        is_to_phone_about=True,
        readers=_source,
        followers=_source,
    ),
    Kind(TO_LEAD, "A record found open", is_pressing=True, readers=_of_leads),
)
