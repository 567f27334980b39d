"""What members found who looked at a record on the system."""

from django.db import models
from django.db.models import CheckConstraint, F, Q

from shielding.accounts.models import User
from shielding.checks.finding_codes import Finding
from shielding.records.models import Record

_PROTECT = models.PROTECT


class CheckQuerySet(models.QuerySet["Check"]):
    def latest_first(self) -> "CheckQuerySet":
        """Return them with who looked, the latest first."""
        return self.select_related("by").order_by("-at", "-id")


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
