"""What members found who looked at a record on the system, and the loads of data into it."""

from datetime import datetime

from django.db import models
from django.db.models import (
    CheckConstraint,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    UniqueConstraint,
)

from logbook.references import new_reference
from shielding import clock
from shielding.accounts.models import User, both_or_neither
from shielding.accounts.second_person import count_as_one, fallen_away, newly_granted
from shielding.checks.finding_codes import IS_SHIELDED, Finding
from shielding.records.models import Record, a_person
from shielding.roles import Role

_PROTECT = models.PROTECT


class CheckQuerySet(models.QuerySet["Check"]):
    def latest_first(self) -> "CheckQuerySet":
        """Return them with who looked, the latest first."""
        return self.select_related("by").order_by("-at", "-id")

    def that_count_after(self, load: "DataLoad") -> "CheckQuerySet":
        """Return the looks since a data load with which a record is checked again, in their order.

        Each found the record shielded, by somebody who works in the IW Team and did all the time
        since, and who was not newly granted their role when they looked. What was looked at before
        the record was found open says nothing of it as it is now, and counts no more.
        """
        open_since = Check.objects.filter(
            record=OuterRef("record"), finding=Finding.OPEN, pk__gt=OuterRef("pk")
        )
        return (
            self.filter(~Exists(open_since), finding__in=IS_SHIELDED, at__gte=load.over_at)
            .exclude(fallen_away("", Role.IW) | newly_granted("by", "at"))
            .select_related("by")
            .order_by("pk")
        )

    def with_first(self, load: "DataLoad") -> "CheckQuerySet":
        """Return looks with `first_look`: the earliest that makes two with each, if any does.

        It counts after the load as well, and who looked then does not count as one with who looks.
        """
        before = Check.objects.that_count_after(load).filter(
            record=OuterRef("record"), pk__lt=OuterRef("pk")
        )
        others = before.exclude(by=OuterRef("by")).annotate(
            second_by=ExpressionWrapper(OuterRef("by"), models.BigIntegerField()),
            second_at=ExpressionWrapper(OuterRef("at"), models.DateTimeField()),
        )
        apart = others.exclude(count_as_one("by", "at", "second_by", "second_at"))
        return self.annotate(first_look=Subquery(apart.values("pk")[:1]))


class Check(models.Model):
    """One look at a record on the system: one by itself, or beside an attestation.

    Beside that it is shielded only what else was found, or what puts right the last look.

    Of one that was open, from when and until when, where that is known.
    """

    record = models.ForeignKey(Record, _PROTECT, related_name="checks")
    finding = models.CharField(max_length=10, choices=Finding.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, _PROTECT, related_name="+")
    open_from = models.DateField(null=True)
    open_until = models.DateField(null=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(finding__in=["shielded", "duplicate", "open", "not_found"]),
                name="check_finding_known",
            ),
            CheckConstraint(
                condition=Q(finding="open") | Q(open_from__isnull=True, open_until__isnull=True),
                name="check_days_of_one_open",
            ),
            CheckConstraint(
                condition=Q(open_from__isnull=True)
                | Q(open_until__isnull=True)
                | Q(open_from__lte=F("open_until")),
                name="check_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding} {self.pk}"


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
