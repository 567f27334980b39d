"""What members found who looked at a record on the system."""

from datetime import datetime

from django.db import models
from django.db.models import CheckConstraint, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery

from shielding.accounts.models import User
from shielding.accounts.second_person import count_as_one, fallen_away, newly_granted
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.finding_codes import IS_SHIELDED, Finding
from shielding.records.models import Hold, Record
from shielding.roles import Role

_PROTECT = models.PROTECT


def _from(load: DataLoad | None) -> datetime | Subquery:
    """Return the moment from which looks count, for each record where no data load is entered."""
    if load is not None:
        return load.over_at
    taken_over = Hold.objects.taken_over().filter(
        record=OuterRef("record"), episode=OuterRef("record__episode")
    )
    return Subquery(taken_over.order_by("imported_at").values("imported_at")[:1])


class CheckQuerySet(models.QuerySet["Check"]):
    def latest_first(self) -> "CheckQuerySet":
        """Return them with who looked, the latest first."""
        return self.select_related("by").order_by("-at", "-id")

    def that_count_after(self, load: DataLoad | None) -> "CheckQuerySet":
        """Return the looks since a data load with which a record is checked again, in their order.

        Without a load those since its shield was first taken over from a file, in this episode.

        Each found the record shielded, by somebody who works in the IW Team and did all the time
        since, and who was not newly granted their role when they looked. What was looked at before
        the record was found open, or before this episode of it began, says nothing of it as it is
        now, and counts no more.
        """
        open_since = Check.objects.filter(
            record=OuterRef("record"), finding=Finding.OPEN, pk__gt=OuterRef("pk")
        )
        return (
            self.filter(~Exists(open_since), finding__in=IS_SHIELDED, at__gte=_from(load))
            .filter(at__gte=F("record__episode_started_at"))
            .exclude(fallen_away("", Role.IW) | newly_granted("by", "at"))
            .select_related("by")
            .order_by("pk")
        )

    def with_first(self, load: DataLoad | None) -> "CheckQuerySet":
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
