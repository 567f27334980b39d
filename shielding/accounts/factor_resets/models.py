"""Taking off the second factor of somebody who lost it: by whom, and by which code they go on."""

import uuid

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from logbook.references import new_reference
from shielding.accounts.models import User, both_or_neither
from shielding.roles import Role

_PROTECT = models.PROTECT
_OPEN = Q(done_at__isnull=True, withdrawn_at__isnull=True)


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def visible_to(self, user: User) -> "FactorResetQuerySet":
        """Return those of practitioners for the IW Team, of others for administrators and leads."""
        theirs = Q(person__role=Role.PRACTITIONER)
        if not user.is_active or not (user.is_iw or user.is_administrator):
            return self.none()
        if user.is_lead:
            return self.all()
        return self.filter(theirs) if user.is_iw else self.exclude(theirs)

    def open(self) -> "FactorResetQuerySet":
        """Return those that were proposed and wait for an IW lead, the longest ago first."""
        return self.filter(_OPEN).order_by("proposed_at", "id")

    def with_people(self) -> "FactorResetQuerySet":
        """Return them with everybody they name."""
        acted = [f"{act}_by" for act in ("proposed", "confirmed", "withdrawn")]
        return self.select_related("person__service", *acted)

    def not_used(self, person: User) -> "FactorResetQuerySet":
        """Return a person's that took effect and after which no factor was set up, latest first."""
        done = self.filter(person=person, done_at__isnull=False, used_at=None)
        return done.order_by("-done_at", "-id")


class FactorReset(models.Model):
    """One reset. Of a practitioner one IW member does it; of anybody else two people.

    `uid` is what the spoken code is made from, under a key that is not in the database.
    """

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, _PROTECT, related_name="factor_resets")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, _PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    # When it took effect, and when the person set up another factor by its code.
    done_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("confirmed", "factor_reset_confirmed_pair"),
            both_or_neither("withdrawn", "factor_reset_withdrawn_pair"),
            CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="factor_reset_one_end",
            ),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(done_at__isnull=False),
                name="factor_reset_confirmed_is_done",
            ),
            CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(done_at__isnull=False),
                name="factor_reset_used_once_done",
            ),
            CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="factor_reset_by_two",
            ),
            CheckConstraint(
                condition=~Q(proposed_by=F("person"))
                & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person"))),
                name="factor_reset_not_ones_own",
            ),
            UniqueConstraint(fields=["person"], condition=_OPEN, name="factor_reset_one_open"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.withdrawn_at is None
