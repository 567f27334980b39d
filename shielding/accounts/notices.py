"""What is owed to whom: an act owes a notice in its own transaction; delivery is another's work."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, models
from django.db.models import Q

from shielding.accounts.models import User


class NotOwed(Exception):
    """A programmer's error: a notice outside the transaction of the act it tells of."""


class Notice(models.Model):
    """What is owed to a person: that something about an item of theirs is to be told.

    Once per kind, subject, step and recipient, so that no repeat doubles it. It holds a reference
    and a code, never a word about the case; how it reaches the person is a later concern.
    """

    class Fate(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        GIVEN_UP = "given_up", "Given up"
        OVERTAKEN = "overtaken", "Overtaken"

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=16)
    step = models.PositiveSmallIntegerField(default=0)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.QUEUED)

    class Meta:
        ordering = ("due_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "step", "recipient"], name="notice_once"
            ),
            models.CheckConstraint(
                condition=Q(fate__in=["queued", "sent", "failed", "given_up", "overtaken"]),
                name="notice_fate_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


def notify(
    kind: str,
    subject: str,
    *,
    recipients: Iterable[User],
    now: datetime,
    step: int = 0,
    due_at: datetime | None = None,
) -> None:
    """Owe each recipient one notice of this kind about this reference, in the caller's transaction.

    A notice that is already owed stays as it is. Refuses (NotOwed) outside a transaction: a notice
    stands or falls with the act it tells of. Nothing is sent here.
    """
    if not connection.in_atomic_block:
        raise NotOwed(f"{kind} outside a transaction")
    Notice.objects.bulk_create(
        [
            Notice(
                kind=kind,
                subject=subject,
                step=step,
                recipient=person,
                created_at=now,
                due_at=due_at or now,
            )
            for person in recipients
        ],
        ignore_conflicts=True,
    )
