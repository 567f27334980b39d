"""Who is owed what, in the tests of the engine: many people, one notice each."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shielding.accounts.models import User
from shielding.notices.kinds import CHANGED, OWN_MAIL_KINDS
from shielding.notices.models import Mail, Notice
from shielding.notices.notify import notify
from tests.support import people

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def many(count: int) -> list[User]:
    """Return so many practitioners of one service, made in two statements."""
    service = people.a_service()
    first = people.a_practitioner(service=service)
    return [first] + User.objects.bulk_create(
        User(
            email=f"many{number}@council.example",
            name=f"Many Number{number}",
            role=first.role,
            service=service,
            password=first.password,
        )
        for number in range(count - 1)
    )


def owe(
    kind: str, subject: str, *recipients: User, now: datetime | None = None, **more: object
) -> None:
    """Owe each of them one notice."""
    with transaction.atomic():
        notify(kind, subject, recipients=recipients, now=now or timezone.now(), **more)


def fates() -> list[tuple[str, str]]:
    """Return what became of every notice, by subject."""
    return sorted(Notice.objects.values_list("subject", "fate"))


def all_sent() -> bool:
    return not Notice.objects.exclude(fate="sent").exists()


def five_minutes_pass() -> None:
    """Let every claim be five minutes older: whoever was killed with it has lost it."""
    five = 5 * MINUTE + timedelta(seconds=1)
    Mail.objects.filter(lease_until__isnull=False).update(lease_until=F("lease_until") - five)


def lose(
    kind: str, subject: str, *recipients: User, now: datetime | None = None, **more: object
) -> Mail:
    """Owe them this in one mail each that is refused until it is given up; return the last."""
    now = now or timezone.now()
    owe(kind, subject, *recipients, now=now, **more)
    for person in recipients:
        mail = Mail.objects.create(
            recipient=person,
            kind=kind if kind in OWN_MAIL_KINDS else CHANGED,
            send_at=now,
            next_try_at=now,
            refusals=8,
            fate="given_up",
        )
        of_them = Notice.objects.filter(kind=kind, subject=subject, recipient=person)
        of_them.update(fate="given_up", mail=mail)
    return mail
