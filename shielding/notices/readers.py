"""Mail that is owed is asked again: does its reader still have that page, and who came since?

Between owing and sending people change managers, roles and services, are suspended, and stand in
for each other. What is no longer somebody's is overtaken; what waits and follows a relation goes to
whoever has it now. And what a reader hears of two requests for one child comes on two days.

A duty mailbox has no role: what it is owed goes while the mailbox is set and the subject waits. The
address that an account had until now is told in any case.
"""

from collections.abc import Iterable
from datetime import datetime, time

from django.conf import settings
from django.db.models import F

from shielding import clock, hooks
from shielding.notices import kinds
from shielding.notices.kinds import ADDRESS_CHANGED
from shielding.notices.mail_hours import at_work, mail_hour
from shielding.notices.models import OWED, DeliveryStatus, Mail, Notice, NoticeQuerySet
from shielding.notices.notify import notify


def still_right(notices: Iterable[Notice], now: datetime) -> list[Notice]:
    """Return which of these notices are still their readers'; the others are overtaken.

    Of those, what follows a relation is owed to whoever has it now.
    """
    right = []
    for notice in notices:
        if _is_right(notice, now):
            right.append(notice)
        else:
            Notice.objects.filter(pk=notice.pk).overtake()
            _tell_who_came(notice, now)
    return right


def follow(now: datetime) -> None:
    """Owe what was to wait, and is due now, to who came to have a part in it since."""
    for notice in _due(now, kinds.following_kinds()).filter(due_at__gt=F("created_at")):
        _tell_who_came(notice, now)


def keep_apart(now: datetime) -> None:
    """Put off what is due now and would stand beside another reference of the same child.

    To the next working day, whatever it was owed for: after a pause two days' mail is one, and it
    must not tell that two requests are for one record. The first owed goes first.
    """
    going: dict[int | None, set[str]] = {}
    for notice in _due(now, kinds.kinds_apart()).filter(mailbox=""):
        others = kinds.apart_from(notice.kind, notice.mentions)
        here = going.setdefault(notice.recipient_id, set())
        if others & (here | _mailed_today(notice.recipient_id, others, now)):
            later = clock.next_working_day(clock.today(now))
            Notice.objects.filter(pk=notice.pk).update(due_at=mail_hour(later))
        else:
            here.add(notice.mentions)


def keep_to_hours(now: datetime) -> None:
    """Put off to working hours what members are alerted to; a mailbox hears of it at any hour.

    So does whoever is on duty: of what is put off, also before they came on, theirs is due now, and
    so is a mail of it that was refused before.
    """
    if (until := hears_at(now)) > now:
        alerts, people = kinds.alert_kinds(), on_duty(now)
        _due(now, alerts).filter(mailbox="").update(due_at=until)
        put_off = Notice.objects.filter(fate=DeliveryStatus.QUEUED, mail=None, due_at=until)
        put_off.filter(kind__in=alerts, recipient__in=people).update(due_at=now)
        gathered = Notice.objects.filter(kind__in=alerts, fate__in=OWED, mail__isnull=False)
        mails = Mail.objects.filter(fate__in=OWED, recipient__in=people, next_try_at=until)
        mails.filter(pk__in=gathered.values("mail")).update(next_try_at=now)


def hears_at(now: datetime, reader: int | None = None) -> datetime:
    """Return when a member may be mailed an alert.

    At any hour where no duty mailbox is set, and at any hour if they are on duty.
    """
    until = at_work(now) if settings.DUTY_MAILBOXES else now
    any_hour = until > now and reader is not None and reader in on_duty(now)
    return now if any_hour else until


def on_duty(now: datetime) -> set[int]:
    """Return who is on duty, by the rota that a room above keeps."""
    return {person.pk for asked in hooks.on_duty for person in asked(now)}


def _is_right(notice: Notice, now: datetime) -> bool:
    if notice.kind == ADDRESS_CHANGED:
        return True  # to whom an account's mail went until it was owed
    if notice.mailbox:
        known = notice.mailbox in settings.DUTY_MAILBOXES
        return known and kinds.waits(notice.kind, notice.subject)
    readers = kinds.readers_of(notice.kind, notice.subject, now)
    return readers is None or notice.recipient_id in {reader.pk for reader in readers}


def _tell_who_came(notice: Notice, now: datetime) -> None:
    """Owe this notice to its followers of now who were never owed it; twice does it once."""
    notify(
        notice.kind,
        notice.subject,
        recipients=kinds.followers_of(notice.kind, notice.subject, now),
        now=now,
        step=notice.step,
        due_at=notice.due_at,
        mentions=notice.mentions,
    )


def _due(now: datetime, codes: list[str]) -> NoticeQuerySet:
    """Return what of these kinds is due and in no mail yet, the first due first."""
    due = Notice.objects.filter(fate=DeliveryStatus.QUEUED, mail=None, due_at__lte=now)
    return due.filter(kind__in=codes).order_by("due_at", "id")


def _mailed_today(reader: int | None, references: set[str], now: datetime) -> set[str]:
    """Return which of these references are in a mail to this reader of today, or of later."""
    midnight = datetime.combine(clock.today(now), time(0), clock.LONDON)
    mailed = Notice.objects.filter(
        recipient=reader, mentions__in=references, mail__send_at__gte=midnight
    ).exclude(fate=DeliveryStatus.OVERTAKEN)
    return set(mailed.values_list("mentions", flat=True))
