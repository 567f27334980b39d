"""The rota: who of the IW Team is on duty on which day."""

from datetime import date

from django.db import models
from django.db.models import Q, UniqueConstraint

from shielding.accounts.models import User, both_or_neither
from shielding.records.models import a_person

_PROTECT = models.PROTECT
ONE_A_DAY = "duty_day_one_standing"


class DutyDayQuerySet(models.QuerySet["DutyDay"]):
    def visible_to(self, user: User) -> "DutyDayQuerySet":
        """Return the whole rota for an IW member, nothing for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def standing(self) -> "DutyDayQuerySet":
        """Return the days that nobody ended, in their order: at most one row a day."""
        return self.filter(ended_at__isnull=True).order_by("day")

    def of_days(self, first: date, last: date) -> "DutyDayQuerySet":
        return self.filter(day__range=(first, last))


class DutyDay(models.Model):
    """One member on duty on one day, set by an IW lead, and perhaps ended by one.

    No row is deleted or set to another member: the day is ended and set again.
    """

    day = models.DateField()
    member = models.ForeignKey(User, _PROTECT, related_name="+")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, _PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = a_person()

    objects = DutyDayQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["day"], condition=Q(ended_at__isnull=True), name=ONE_A_DAY),
            both_or_neither("ended", "duty_day_ended_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
