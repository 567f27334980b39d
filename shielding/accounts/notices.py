"""What is owed to whom: an act owes a notice in its own transaction; delivery is another's work."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, models
from django.db.models import Q

from shielding.accounts.envelopes import OWED, Fate, Mail
from shielding.accounts.models import User


class NotOwed(Exception):
    """A programmer's error: a notice outside the transaction of the act it tells of."""


# How long what could not be delivered stays on the IW Team's list; the whole list keeps it.
SHOWN_FOR = timedelta(days=28)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        """Return every notice for the IW Team, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def undelivered(self, now: datetime) -> "NoticeQuerySet":
        """Return what was given up lately though its reader works here: their address is wrong."""
        return self.filter(
            fate=Fate.GIVEN_UP, recipient__is_active=True, due_at__gte=now - SHOWN_FOR
        )

    def as_listed(self) -> "NoticeQuerySet":
        """Return them with reader and mail, the latest due first."""
        return self.select_related("recipient", "mail").order_by("-due_at", "-id")

    def owed(self) -> "NoticeQuerySet":
        """Return what is still to be delivered: queued, or failed and to be tried again."""
        return self.filter(fate__in=OWED)

    def overtake(self) -> int:
        """Mark as overtaken what is still owed of these: it will not be mailed. Say how many."""
        return self.owed().update(fate=Fate.OVERTAKEN)


class Notice(models.Model):
    """What is owed to a person: that something about an item of theirs is to be told.

    Once per kind, subject, step and recipient, so that no repeat doubles it. It holds references
    and a code, never a word about the case. Its fate follows that of the mail it went into, unless
    it is overtaken first.
    """

    Fate = Fate

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=16)
    # The reference its reader knows, which the mail names; nothing where there is none to name.
    mentions = models.CharField(max_length=16, blank=True, default="")
    step = models.PositiveSmallIntegerField(default=0)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.QUEUED)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("due_at", "id")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(fate=Fate.QUEUED, mail=None),
                name="notice_to_gather",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "step", "recipient"], name="notice_once"
            ),
            models.CheckConstraint(
                condition=Q(fate__in=["queued", "sent", "failed", "given_up", "overtaken"]),
                name="notice_fate_known",
            ),
            models.CheckConstraint(
                condition=Q(mail__isnull=False) | ~Q(fate__in=[Fate.SENT, Fate.FAILED]),
                name="notice_sent_by_mail",
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
    mentions: str | None = None,
) -> None:
    """Owe each recipient one notice of this kind about this reference, in the caller's transaction.

    The mail names `mentions`, where the reader knows the thing by another reference than its
    subject (or by none: ""). A notice that is already owed stays as it is. Refuses (NotOwed)
    outside a transaction: a notice stands or falls with the act it tells of. Nothing is sent here.
    """
    if not connection.in_atomic_block:
        raise NotOwed(f"{kind} outside a transaction")
    Notice.objects.bulk_create(
        [
            Notice(
                kind=kind,
                subject=subject,
                mentions=subject if mentions is None else mentions,
                step=step,
                recipient=person,
                created_at=now,
                due_at=due_at or now,
            )
            for person in recipients
        ],
        ignore_conflicts=True,
    )
