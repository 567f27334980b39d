"""What somebody gives besides the password: apps and keys, and recovery codes."""

import uuid

from django.db import models
from django.db.models import F, Q

from shielding.accounts.models import User, both_or_neither


class FactorKind(models.TextChoices):
    APP = "app", "Authenticator app"
    KEY = "key", "Security key or passkey"


class FactorEnd(models.TextChoices):
    OWN = "own", "By its owner"
    RESET = "reset", "By a reset"


class FactorQuerySet(models.QuerySet["Factor"]):
    def standing(self) -> "FactorQuerySet":
        """Return those that open an account: confirmed, and not ended."""
        return self.filter(confirmed_at__isnull=False, ended_at=None)

    def of(self, person: User) -> "FactorQuerySet":
        """Return a person's, the oldest first."""
        return self.filter(person=person).order_by("confirmed_at", "id")

    def apps(self) -> "FactorQuerySet":
        return self.filter(kind=FactorKind.APP)

    def keys(self) -> "FactorQuerySet":
        return self.filter(kind=FactorKind.KEY)


class Factor(models.Model):
    """One app or key of a person. Ended, never deleted; of an app the secret is sealed.

    An app's secret is here before its first code confirmed it; until then it opens nothing.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(max_length=8, choices=FactorKind.choices)
    # Of an app: its secret, and the half minute of the last code that was taken.
    sealed = models.BinaryField(null=True)
    last_step = models.BigIntegerField(null=True)
    # Of a key: what it is called, what its signatures are checked by, how often it signed.
    credential_id = models.BinaryField(null=True, unique=True)
    public_key = models.BinaryField(null=True)
    sign_count = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    # Added by somebody who came in with a recovery code: told as a reset is.
    after_recovery = models.BooleanField(default=False, db_default=False)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Empty is no way to end: null while it stands, as the two before it.
    ended_how = models.CharField(max_length=8, choices=FactorEnd.choices, null=True)  # noqa: DJ001 - as said

    objects = FactorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind=FactorKind.APP,
                    sealed__isnull=False,
                    credential_id__isnull=True,
                    public_key__isnull=True,
                    sign_count__isnull=True,
                )
                | Q(
                    kind=FactorKind.KEY,
                    sealed__isnull=True,
                    last_step__isnull=True,
                    credential_id__isnull=False,
                    public_key__isnull=False,
                    sign_count__isnull=False,
                    confirmed_at__isnull=False,
                ),
                name="factor_columns_of_kind",
            ),
            both_or_neither("ended", "factor_ended_pair"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how__isnull=True)
                | Q(
                    ended_at__isnull=False, ended_how__isnull=False, ended_how__in=FactorEnd.values
                ),
                name="factor_ended_how",
            ),
            models.CheckConstraint(
                condition=Q(ended_how__isnull=True)
                | Q(ended_how=FactorEnd.OWN, ended_by=F("person"))
                | Q(ended_how=FactorEnd.RESET) & ~Q(ended_by=F("person")),
                name="factor_reset_by_another",
            ),
        ]
        indexes = [models.Index(fields=["person", "ended_at"], name="factor_of_person")]

    def __str__(self) -> str:
        return str(self.uid)


class RecoveryCodeQuerySet(models.QuerySet["RecoveryCode"]):
    def good(self) -> "RecoveryCodeQuerySet":
        """Return those that open an account once: kept by their person, not used, not ended."""
        return self.filter(kept_at__isnull=False, used_at=None, ended_at=None)

    def to_keep(self) -> "RecoveryCodeQuerySet":
        """Return those that their person has not said to have kept yet: they open nothing."""
        return self.filter(kept_at=None, ended_at=None)


class RecoveryCode(models.Model):
    """One of ten codes that each open an account once, where app and key are not at hand.

    Only a keyed digest is kept. `batch` is what the ten were made from, under a key that is not in
    the database: so the page that shows them may be opened again until they are kept.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="recovery_codes")
    batch = models.UUIDField()
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = RecoveryCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(kept_at__isnull=False),
                name="recovery_code_kept_before_use",
            ),
        ]
        indexes = [models.Index(fields=["person", "ended_at"], name="recovery_code_of_person")]

    def __str__(self) -> str:
        return str(self.batch)
