"""An act owes a notice in its own transaction; what was done is owed no more."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from shielding.notices import kinds
from shielding.notices.models import NOT_MAILED, DeliveryStatus, Notice

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this room.
    from django.contrib.auth.models import _User


def tell_people(
    reference: str, people: Iterable["_User"], *, now: datetime, due_at: datetime | None = None
) -> None:
    """Owe these people the word that something changed, from `due_at` on where that is given.

    The caller holds the lock of what changed, so the count is the next free step.
    """
    step = Notice.objects.filter(kind="item_changed", subject=reference).count()
    notify("item_changed", reference, recipients=people, now=now, step=step, due_at=due_at)


def overtake(subjects: list[str]) -> None:
    """Owe nobody any more what was not yet sent about these subjects: it was done."""
    Notice.objects.filter(subject__in=subjects).overtake()


def owe_again(person: "_User", *, now: datetime) -> None:
    """Owe somebody who is let in again what nobody mailed them meanwhile and no reminder follows.

    Not what is somebody else's by now, or done. Part of the act that lets them in.
    """
    missed = Notice.objects.filter(
        recipient=person, kind__in=kinds.kinds_told_once(), fate__in=NOT_MAILED
    )
    for notice in missed.filter(due_at__lte=now):
        readers = kinds.readers_of(notice.kind, notice.subject, now) or []
        if person.pk in {reader.pk for reader in readers}:
            again = Notice.objects.filter(pk=notice.pk)
            again.update(fate=DeliveryStatus.QUEUED, mail=None, due_at=now)


class NotOwed(Exception):
    """A programmer's error: a notice outside the transaction of the act it tells of."""


def notify(
    kind: str,
    subject: str,
    *,
    recipients: Iterable["_User"],
    now: datetime,
    step: int = 0,
    due_at: datetime | None = None,
    mentions: str | None = None,
    mailboxes: Iterable[str] = (),
) -> None:
    """Owe each recipient one notice of this kind about this reference, in the caller's transaction.

    And each of these mailboxes, which are duty mailboxes. The mail names `mentions`, where the
    reader knows the thing by another reference than its subject (or by none: ""). A notice that is
    already owed stays as it is. Refuses (NotOwed) outside a transaction: a notice stands or falls
    with the act it tells of. Nothing is sent here.
    """
    if not connection.in_atomic_block:
        raise NotOwed(f"{kind} outside a transaction")
    readers = [*((person, "") for person in recipients), *((None, one) for one in mailboxes)]
    Notice.objects.bulk_create(
        [
            Notice(
                kind=kind,
                subject=subject,
                mentions=subject if mentions is None else mentions,
                step=step,
                recipient=person,
                mailbox=mailbox,
                created_at=now,
                due_at=due_at or now,
            )
            for person, mailbox in readers
        ],
        ignore_conflicts=True,
    )
