"""What is owed to whom, and the mail it goes in: its times, its tries and what became of it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from logbook.days import really
from shielding.notices.kinds import (
    CHANGED,
    DUTY,
    FACTOR_LINK,
    INVITATION,
    MAIL_LOST,
    OWN_MAIL_KINDS,
    PASSWORD_RESET,
    TO_ANYBODY,
)

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this room.
    from django.contrib.auth.models import _User


class DeliveryStatus(models.TextChoices):
    """What became of what is owed. What failed is tried again, what is queued is to be tried."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    GIVEN_UP = "given_up", "Given up"
    OVERTAKEN = "overtaken", "Overtaken"


# Still to be delivered, unless it is overtaken first.
OWED = (DeliveryStatus.QUEUED, DeliveryStatus.FAILED)
# Nobody read it: it was given up, or there was nobody to read it when its time came.
NOT_MAILED = (DeliveryStatus.GIVEN_UP, DeliveryStatus.OVERTAKEN)


class MailQuerySet(models.QuerySet["Mail"]):
    def visible_to(self, user: "_User") -> "MailQuerySet":
        """Return every mail for the IW Team, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def due(self, now: datetime, real: datetime) -> "MailQuerySet":
        """Return what is to be tried now: its time has come, and nobody is at it by real time."""
        return self.filter(
            Q(lease_until=None) | Q(lease_until__lt=real),
            fate__in=OWED,
            next_try_at__lte=now,
        )

    def late(self, now: datetime, by: timedelta) -> "MailQuerySet":
        """Return what should have been tried so long ago and nobody is at."""
        return self.due(now, really(now)).filter(next_try_at__lt=now - by)


def to_one(name: str) -> models.CheckConstraint:
    """Return the constraint that this is for a person or for a mailbox, and never for both."""
    return models.CheckConstraint(
        condition=Q(recipient__isnull=False, mailbox="")
        | (Q(recipient__isnull=True) & ~Q(mailbox="")),
        name=name,
    )


class Mail(models.Model):
    """One envelope to one person, or to one mailbox: written in time, claimed, sent, marked.

    `attempt` counts the claims, so that whoever lost a claim to somebody else cannot mark it;
    `refusals` the tries that failed. A worker that died with a claim is no refusal.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="mails"
    )
    mailbox = models.EmailField(max_length=254, blank=True, default="", db_default="")
    kind = models.CharField(max_length=20)
    send_at = models.DateTimeField()
    fate = models.CharField(
        max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED
    )
    attempt = models.PositiveIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        ordering = ("send_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "send_at"], name="mail_once"),
            models.UniqueConstraint(
                fields=["mailbox", "kind", "send_at"],
                condition=~Q(mailbox=""),
                name="mail_once_a_mailbox",
            ),
            to_one("mail_to_one"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted({DUTY, CHANGED} | OWN_MAIL_KINDS)),
                name="mail_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(fate__in=DeliveryStatus.values), name="mail_fate_known"
            ),
            models.CheckConstraint(
                condition=Q(fate=DeliveryStatus.SENT, sent_at__isnull=False)
                | (~Q(fate=DeliveryStatus.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_pair",
            ),
        ]
        indexes = [
            models.Index(
                fields=["attempt", "next_try_at", "id"],
                condition=Q(fate__in=OWED),
                name="mail_to_try",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def address(self) -> str:
        """Where it goes: its person's address of now, or the mailbox."""
        return self.recipient.email if self.recipient else self.mailbox


# How long what could not be delivered stays on the IW Team's list; the whole list keeps it.
SHOWN_FOR = timedelta(days=28)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: "_User") -> "NoticeQuerySet":
        """Return every notice for the IW Team, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def undelivered(self, now: datetime) -> "NoticeQuerySet":
        """Return what was refused and given up lately: the address of its reader is wrong.

        Or of a mailbox. Of who does not work here only what is for them all the same. Not the word
        that tells of these, which could go round for ever.
        """
        to_somebody = Q(recipient__is_active=True) | ~Q(mailbox="") | Q(kind__in=TO_ANYBODY)
        lost = self.filter(to_somebody, fate=DeliveryStatus.GIVEN_UP, mail__refusals__gt=0)
        return lost.filter(due_at__gte=now - SHOWN_FOR).exclude(kind=MAIL_LOST)

    def to_send_again(self, now: datetime) -> "NoticeQuerySet":
        """Return what was not delivered and is worth sending again.

        Not what a later word follows, what is older than 28 days, so that no link lives on, nor a
        link to sign in with: its person asks for a new one, or is invited again.
        """
        later = Notice.objects.filter(
            Q(recipient=OuterRef("recipient")) | (~Q(mailbox="") & Q(mailbox=OuterRef("mailbox"))),
            kind=OuterRef("kind"),
            subject=OuterRef("subject"),
            step__gt=OuterRef("step"),
        )
        lost = self.undelivered(now).filter(~Exists(later), created_at__gte=now - SHOWN_FOR)
        return lost.exclude(kind__in=[PASSWORD_RESET, INVITATION, FACTOR_LINK])

    def as_listed(self) -> "NoticeQuerySet":
        """Return them with reader and mail, the latest due first."""
        return self.select_related("recipient", "mail").order_by("-due_at", "-id")

    def owed(self) -> "NoticeQuerySet":
        """Return what is still to be delivered: queued, or failed and to be tried again."""
        return self.filter(fate__in=OWED)

    def overtake(self) -> int:
        """Mark as overtaken what is still owed of these: it will not be mailed. Say how many."""
        return self.owed().update(fate=DeliveryStatus.OVERTAKEN)


class Notice(models.Model):
    """What is owed to a person: that something about an item of theirs is to be told.

    Or to a duty mailbox, which is an address that several members read, or to the address that an
    account had. Once per kind, subject, step and recipient or mailbox, so that no repeat doubles
    it. It holds references and a code, never a word about the case. What became of it follows the
    mail it went into, unless it is overtaken first.
    """

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=16)
    # The reference its reader knows, which the mail names; nothing where there is none to name.
    mentions = models.CharField(max_length=16, blank=True, default="")
    step = models.PositiveSmallIntegerField(default=0)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    mailbox = models.EmailField(max_length=254, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    fate = models.CharField(
        max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED
    )
    mail = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        app_label = "accounts"
        ordering = ("due_at", "id")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(fate=DeliveryStatus.QUEUED, mail=None),
                name="notice_to_gather",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "step", "recipient"], name="notice_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "subject", "step", "mailbox"],
                condition=~Q(mailbox=""),
                name="notice_once_a_mailbox",
            ),
            to_one("notice_to_one"),
            models.CheckConstraint(
                condition=Q(fate__in=["queued", "sent", "failed", "given_up", "overtaken"]),
                name="notice_fate_known",
            ),
            models.CheckConstraint(
                condition=Q(mail__isnull=False)
                | ~Q(fate__in=[DeliveryStatus.SENT, DeliveryStatus.FAILED]),
                name="notice_sent_by_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
