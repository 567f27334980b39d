"""Which notices share a mail, and the mail itself: its times, its tries and its fate."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q


class Fate(models.TextChoices):
    """What became of what is owed. What failed is tried again, what is queued is to be tried."""

    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    GIVEN_UP = "given_up", "Given up"
    OVERTAKEN = "overtaken", "Overtaken"


# Still to be delivered, unless it is overtaken first.
OWED = (Fate.QUEUED, Fate.FAILED)

# Duty notices of a day share one mail at 09:00. The others of one look share one mail at once.
DUTY, CHANGED = "duty", "changed"
DUTY_KINDS = {
    "access_to_agree",
    "confirm_phoned",
    "contact_asked",
    "grant_ends",
    "review_reminder",
    "review_overdue_manager",
    "review_overdue_lead",
    "urgent_not_read",
}
# These carry a link that only their own mail may hold.
PASSWORD_RESET, INVITATION = "password_reset", "invitation"
OWN_MAIL_KINDS = {PASSWORD_RESET, INVITATION}
# Still owed to somebody whose things a colleague has now: nobody else was about to make contact.
PERSONAL_KINDS = OWN_MAIL_KINDS | {"contact_ended"}


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, now: datetime) -> "MailQuerySet":
        """Return what is to be tried now: its time has come, and nobody is at it."""
        return self.filter(
            Q(lease_until=None) | Q(lease_until__lt=now), fate__in=OWED, next_try_at__lte=now
        )

    def late(self, now: datetime, by: timedelta) -> "MailQuerySet":
        """Return what should have been tried so long ago and nobody is at."""
        return self.due(now).filter(next_try_at__lt=now - by)


class Mail(models.Model):
    """One envelope to one person: written in time, claimed, sent, marked.

    `attempt` counts the claims, so that whoever lost a claim to somebody else cannot mark it;
    `refusals` the tries that failed. A worker that died with a claim is no refusal.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mails"
    )
    kind = models.CharField(max_length=20)
    send_at = models.DateTimeField()
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ("send_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "send_at"], name="mail_once"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted({DUTY, CHANGED} | OWN_MAIL_KINDS)),
                name="mail_kind_known",
            ),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="mail_fate_known"),
            models.CheckConstraint(
                condition=Q(fate=Fate.SENT, sent_at__isnull=False)
                | (~Q(fate=Fate.SENT) & Q(sent_at__isnull=True)),
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
