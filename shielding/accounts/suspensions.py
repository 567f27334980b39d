"""Each suspension by itself: whom it was told, whether they say that it is wrong, what was found.

Rules read these tables and never the logbook. Suspensions of before nobody was told of: they have
no row here. And who was let in again at the server.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from logbook.references import new_reference
from shielding.accounts.models import User, both_or_neither

_PROTECT = models.PROTECT
# How long the home page says that somebody was let in at the server.
WARNED_FOR = timedelta(hours=24)
_WHYS = ["nobody_leads", "nobody_administers", "break_in"]


class SuspensionQuerySet(models.QuerySet["Suspension"]):
    def visible_to(self, user: User) -> "SuspensionQuerySet":
        """Return every suspension for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def disputed(self) -> "SuspensionQuerySet":
        """Return those of which somebody says that they are wrong, and nobody has settled it."""
        said = self.filter(disputed_at__isnull=False, settled_at__isnull=True)
        return said.order_by("disputed_at", "id")

    def with_people(self) -> "SuspensionQuerySet":
        """Return them with everybody they name."""
        acted = [f"{act}_by" for act in ("suspended", "disputed", "settled")]
        return self.select_related("person__service", *acted)


class Suspension(models.Model):
    """One time an account was stopped. It keeps nothing of what the person holds."""

    class Verdict(models.TextChoices):
        RIGHTFUL = "rightful", "It was right: the account stays as it is"
        WRONG = "wrong", "It was wrong: the person can sign in again"

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    person = models.ForeignKey(User, _PROTECT, related_name="suspensions")
    suspended_at = models.DateTimeField()
    suspended_by = models.ForeignKey(User, _PROTECT, related_name="+")
    # "This is wrong", by somebody who was told of it, and what a member found then.
    disputed_at = models.DateTimeField(null=True)
    disputed_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, db_default="")

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("disputed", "suspension_disputed_pair"),
            both_or_neither("settled", "suspension_settled_pair"),
            CheckConstraint(condition=~Q(person=F("suspended_by")), name="suspension_of_another"),
            CheckConstraint(
                condition=Q(settled_at__isnull=True, verdict="")
                | Q(
                    settled_at__isnull=False,
                    disputed_at__isnull=False,
                    verdict__in=["rightful", "wrong"],
                ),
                name="suspension_verdict",
            ),
            CheckConstraint(
                condition=Q(settled_by__isnull=True)
                | (~Q(settled_by=F("suspended_by")) & ~Q(settled_by=F("person"))),
                name="suspension_settled_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_disputed(self) -> bool:
        return self.disputed_at is not None and self.settled_at is None


class SuspensionTold(models.Model):
    """Somebody who was told of a suspension, and whether they said that it is wrong.

    The reference is what the link in their mail names: it opens nothing else.
    """

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    suspension = models.ForeignKey(Suspension, _PROTECT, related_name="told")
    person = models.ForeignKey(User, _PROTECT, related_name="+")
    said_wrong_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["suspension", "person"], name="suspension_told_once"),
        ]

    def __str__(self) -> str:
        return self.reference


class BrokenGlassQuerySet(models.QuerySet["BrokenGlass"]):
    def lately(self, now: datetime) -> "BrokenGlassQuerySet":
        """Return those of the last 24 hours, of which the home page warns."""
        told = self.filter(at__gt=now - WARNED_FOR).select_related("person", "one", "other")
        return told.order_by("-at")


class BrokenGlass(models.Model):
    """An IW lead or administrator was let in again at the server, by two people.

    Nobody was left who could do it on the pages. Only the owner writes it: the application reads
    it, to warn of it.
    """

    class Why(models.TextChoices):
        NOBODY_LEADS = "nobody_leads", "no IW lead could sign in"
        NOBODY_ADMINISTERS = "nobody_administers", "no administrator could sign in"
        BREAK_IN = "break_in", "somebody used accounts that are not theirs"

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    person = models.ForeignKey(User, _PROTECT, related_name="+")
    at = models.DateTimeField()
    # The two who did it: one at the keyboard, the other beside them.
    one = models.ForeignKey(User, _PROTECT, related_name="+")
    other = models.ForeignKey(User, _PROTECT, related_name="+")
    why = models.CharField(max_length=20, choices=Why.choices)

    objects = BrokenGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(why__in=_WHYS), name="broken_glass_why_known"),
            CheckConstraint(
                condition=~Q(one=F("other")) & ~Q(one=F("person")) & ~Q(other=F("person")),
                name="broken_glass_three_people",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
