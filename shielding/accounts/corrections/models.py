"""An account's email address: proposed by one, confirmed by another who phoned, or withdrawn.

The address is where links for a password go, so whoever changes it could be its person. Rules read
this table and never the logbook; no entry holds an address.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from logbook.references import new_reference
from shielding.accounts.models import User, both_or_neither
from shielding.roles import Role

_PROTECT = models.PROTECT
_OPEN = Q(confirmed_at__isnull=True, withdrawn_at__isnull=True)


class AddressChangeQuerySet(models.QuerySet["AddressChange"]):
    def visible_to(self, user: User) -> "AddressChangeQuerySet":
        """Return those of practitioners for the IW Team, of others for administrators and leads."""
        theirs = Q(person__role=Role.PRACTITIONER)
        if not user.is_active or not (user.is_iw or user.is_administrator):
            return self.none()
        if user.is_lead:
            return self.all()
        return self.filter(theirs) if user.is_iw else self.exclude(theirs)

    def open(self) -> "AddressChangeQuerySet":
        """Return those that were proposed and wait for another, the longest ago first."""
        return self.filter(_OPEN).order_by("proposed_at", "id")

    def with_people(self) -> "AddressChangeQuerySet":
        """Return them with everybody they name."""
        acted = [f"{act}_by" for act in ("proposed", "confirmed", "withdrawn")]
        return self.select_related("person__service", *acted)


class AddressChange(models.Model):
    """Another email address for an account. Nothing changes before a second one has phoned."""

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    person = models.ForeignKey(User, _PROTECT, related_name="address_changes")
    address = models.EmailField(max_length=254)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, _PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, _PROTECT, null=True, related_name="+")

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("confirmed", "address_confirmed_pair"),
            both_or_neither("withdrawn", "address_withdrawn_pair"),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="address_one_end",
            ),
            CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="address_by_two",
            ),
            CheckConstraint(
                condition=~Q(proposed_by=F("person"))
                & (Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("person"))),
                name="address_not_ones_own",
            ),
            UniqueConstraint(fields=["person"], condition=_OPEN, name="address_one_open"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None
