"""The loads of data into the system."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from logbook.references import new_reference
from shielding import clock
from shielding.accounts.models import User, both_or_neither
from shielding.records.models import a_person

_PROTECT = models.PROTECT


class DataLoadQuerySet(models.QuerySet["DataLoad"]):
    def visible_to(self, user: User) -> "DataLoadQuerySet":
        """Return every load for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def in_force(self) -> "DataLoadQuerySet":
        """Return those that were not taken back, the newest day first."""
        return self.filter(taken_back_at__isnull=True).order_by("-loaded_on")

    def with_people(self) -> "DataLoadQuerySet":
        """Return them with who entered them and who took them back, the newest day first."""
        people = self.select_related("entered_by", "taken_back_by")
        return people.order_by("-loaded_on", "-id")


class DataLoad(models.Model):
    """A load of data into the system, on a day: after it every shielded record is checked again.

    Of several in force the newest day rules. One that was entered by mistake is taken back by a
    second member, and stays in the table; its day can be entered again.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    loaded_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, _PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = a_person()

    objects = DataLoadQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["loaded_on"],
                condition=Q(taken_back_at__isnull=True),
                name="data_load_day_once",
            ),
            both_or_neither("taken_back", "data_load_taken_back_pair"),
            CheckConstraint(
                condition=Q(taken_back_by__isnull=True) | ~Q(taken_back_by=F("entered_by")),
                name="data_load_taken_back_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def over_at(self) -> datetime:
        """The moment from which it is certainly over: its day's end, or when it was entered on it.

        At which hour it ran nobody says. What was shielded or looked at before may have been so
        before the load.
        """
        return min(self.entered_at, clock.end_of(self.loaded_on))
