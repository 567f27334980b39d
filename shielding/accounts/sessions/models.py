"""One row for each session: whose it is, by what it was begun, where from, and how it ended."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from logbook.references import new_reference
from shielding.accounts.models import User, both_or_neither
from shielding.accounts.sessions.session_codes import Browser, Found, How, System, Via


class SignedInQuerySet(models.QuerySet["SignedIn"]):
    def visible_to(self, person: User) -> "SignedInQuerySet":
        """Return a person's own sessions, the latest first: nobody sees another's."""
        return self.filter(person=person).order_by("-began_at", "-id")

    def not_ended(self) -> "SignedInQuerySet":
        """Return those that nobody ended; some are over by the clock, as none came to say so."""
        return self.filter(ended_at=None)

    def open(self, now: datetime) -> "SignedInQuerySet":
        """Return those in which somebody is signed in at a real moment."""
        idle = now - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        hours = now - timedelta(hours=settings.SESSION_HOURS)
        return self.not_ended().filter(seen_at__gt=idle, began_at__gt=hours)


class SignedIn(models.Model):
    """One time somebody signed in. The moments are real ones, whatever the demo's clock shows."""

    # Stands in the session, and in the address of the button that ends it: it opens nothing.
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    via = models.CharField(max_length=12, choices=Via.choices, default=Via.PASSWORD)
    browser = models.CharField(max_length=10, choices=Browser.choices)
    system = models.CharField(max_length=10, choices=System.choices)
    # Where it was used last, for its owner alone; emptied after 90 days.
    address = models.GenericIPAddressField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=10, choices=How.choices, blank=True, default="")

    objects = SignedInQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="")
                | Q(ended_at__isnull=False, ended_how__in=How.values),
                name="signed_in_ended_how",
            ),
            models.CheckConstraint(condition=Q(via__in=Via.values), name="signed_in_via_known"),
        ]
        indexes = [
            models.Index(fields=["person", "ended_at"], name="signed_in_of_person"),
            models.Index(
                fields=["seen_at"],
                condition=Q(address__isnull=False),
                name="signed_in_with_address",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class NotMeQuerySet(models.QuerySet["NotMe"]):
    def visible_to(self, user: User) -> "NotMeQuerySet":
        """Return each for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def open(self) -> "NotMeQuerySet":
        """Return those about which nobody has phoned yet, the longest waiting first."""
        return self.filter(settled_at=None).order_by("said_at", "id")

    def with_people(self) -> "NotMeQuerySet":
        """Return them with everybody they name."""
        return self.select_related("person__service", "person__line_manager", "settled_by")


class NotMe(models.Model):
    """One time a person said that somebody else used their account."""

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    # Said by the link of a mail: under which reference it told of a changed password.
    link = models.CharField(max_length=16, blank=True, default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    found = models.CharField(max_length=10, choices=Found.choices, blank=True, default="")

    objects = NotMeQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("settled", "not_me_settled_pair"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, found="")
                | Q(settled_at__isnull=False, found__in=Found.values),
                name="not_me_found",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=models.F("person")),
                name="not_me_settled_by_another",
            ),
            models.UniqueConstraint(
                fields=["link"], condition=~Q(link=""), name="not_me_once_a_link"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
