"""Record, Hold and Review: what stands, who asked for it, and when it must be looked at again."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Count, F, Prefetch, Q, UniqueConstraint

from logbook.references import new_reference
from shielding import clock, grounds, recordnumber, states
from shielding.accounts.models import both_or_neither

_user = settings.AUTH_USER_MODEL


def _person(**options: Any) -> models.ForeignKey[Any, Any]:
    """A person named in a who/when pair: kept for ever, never followed backwards."""
    return models.ForeignKey(
        _user, models.PROTECT, null=True, blank=True, related_name="+", **options
    )


class RecordQuerySet(models.QuerySet["Record"]):
    """Records are the IW Team's to see; everyone else's list is empty."""

    def visible_to(self, user: Any) -> "RecordQuerySet":
        """Return every record for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def numbered(self, number: str) -> "RecordQuerySet":
        """Return the record with this normalised number, if the product knows it."""
        return self.filter(blind_index=recordnumber.blind_index(number))

    def to_shield(self) -> "RecordQuerySet":
        """Return the loudest list: not yet attested as shielded, the longest waiting first."""
        return self.filter(state=states.TO_SHIELD).order_by("waiting_since", "id")

    def with_asking(self) -> "RecordQuerySet":
        """Return the records with `asking`, a list of the holds that stand, the oldest first."""
        holds = Hold.objects.standing().select_related("service", "source").order_by("placed_at")
        return self.prefetch_related(Prefetch("holds", holds, to_attr="asking"))

    def with_standing_holds(self) -> "RecordQuerySet":
        """Return the records with `standing`, the number of holds that stand."""
        return self.annotate(standing=Count("holds", filter=Q(holds__released_at__isnull=True)))


class Record(models.Model):
    """A child's record on the shielded system, known here by its number alone.

    An episode runs from the first hold to the final unshield; `applied_at` is the first
    attestation in this episode that the record is shielded.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    number = models.BinaryField()
    blind_index = models.BinaryField(unique=True)
    state = models.CharField(
        max_length=20, choices=list(states.RECORD_LABELS.items()), default=states.NOT_SHIELDED
    )
    episode = models.PositiveIntegerField(default=0)
    episode_started_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    applied_by = _person()
    unshield_begun_at = models.DateTimeField(null=True)
    unshield_begun_by = _person()
    unshield_confirmed_at = models.DateTimeField(null=True)
    unshield_confirmed_by = _person()

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=list(states.RECORD_LABELS)), name="record_state_known"
            ),
            both_or_neither("applied", "record_applied_pair"),
            both_or_neither("unshield_begun", "record_begun_pair"),
            both_or_neither("unshield_confirmed", "record_confirmed_pair"),
            # The final unshield takes two people; PostgreSQL says so too.
            CheckConstraint(
                condition=Q(unshield_confirmed_by__isnull=True)
                | (
                    Q(unshield_begun_by__isnull=False)
                    & ~Q(unshield_confirmed_by=F("unshield_begun_by"))
                ),
                name="record_unshield_by_two",
            ),
            CheckConstraint(
                condition=~Q(state=states.TO_SHIELD) | Q(waiting_since__isnull=False),
                name="record_to_shield_since",
            ),
            CheckConstraint(
                condition=~Q(state=states.SHIELDED) | Q(applied_at__isnull=False),
                name="record_shielded_is_attested",
            ),
        ]
        indexes = [models.Index(fields=["state", "waiting_since"], name="record_by_state")]

    def __str__(self) -> str:
        return self.reference

    def number_in_clear(self) -> str:
        """Return the record number. Whoever calls this writes the entry that it was shown."""
        return recordnumber.unseal(bytes(self.number), table=Record._meta.db_table, row=self.uid)


class HoldQuerySet(models.QuerySet["Hold"]):
    """Holds by standing; a hold is never deleted, only released."""

    def visible_to(self, user: Any) -> "HoldQuerySet":
        """Return every hold for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def in_full(self) -> "HoldQuerySet":
        """Return the holds with everybody they name, those that stand first, then the latest."""
        people = ("source", "placed_by", "applied_by", "agreed_by", "released_by")
        return self.select_related("service", *people).order_by(
            F("released_at").asc(nulls_first=True), "placed_at", "id"
        )

    def without_practitioner(self) -> "HoldQuerySet":
        """Return the standing holds whose practitioner no longer has a working account."""
        return self.standing().filter(source__is_active=False).order_by("placed_at", "id")

    def standing(self) -> "HoldQuerySet":
        """Return the holds that keep their record shielded."""
        return self.filter(released_at__isnull=True)

    def not_applied(self) -> "HoldQuerySet":
        """Return the standing holds nobody has yet attested as applied."""
        return self.standing().filter(applied_at__isnull=True)


class Hold(models.Model):
    """One source's standing claim that a record stay shielded.

    `source` is empty only for somebody without an account who phoned: their service stands in.
    """

    class Release(models.TextChoices):
        SOURCE = "source", "by the source"
        ON_WORD = "on_word", "by the IW Team on the source’s confirmed word"
        NOT_AGREED = "not_agreed", "not agreed, by two members of the IW Team"

    reference = models.CharField(max_length=20, unique=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="holds")
    source = _person()
    service = models.ForeignKey("accounts.Service", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=30, choices=grounds.CHOICES)
    episode = models.PositiveIntegerField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(_user, models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(null=True)
    applied_by = _person()
    agreed_at = models.DateTimeField(null=True)
    agreed_by = _person()
    released_at = models.DateTimeField(null=True)
    released_by = _person()
    released_how = models.CharField(max_length=20, choices=Release.choices, blank=True)
    # The first of the two of *not agreed*: neither may be the second of a final unshield.
    release_proposed_by = _person()

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(ground__in=list(grounds.GROUND)), name="hold_ground_known"),
            both_or_neither("applied", "hold_applied_pair"),
            both_or_neither("agreed", "hold_agreed_pair"),
            both_or_neither("released", "hold_released_pair"),
            CheckConstraint(
                condition=Q(released_at__isnull=True, released_how="")
                | Q(
                    released_at__isnull=False,
                    released_how__in=["source", "on_word", "not_agreed"],
                ),
                name="hold_released_how",
            ),
            CheckConstraint(
                condition=Q(release_proposed_by__isnull=True)
                | (Q(released_how="not_agreed") & ~Q(release_proposed_by=F("released_by"))),
                name="hold_not_agreed_by_two",
            ),
            CheckConstraint(
                condition=~Q(released_how="not_agreed") | Q(release_proposed_by__isnull=False),
                name="hold_not_agreed_names_both",
            ),
        ]
        indexes = [
            models.Index(
                fields=["record"], condition=Q(released_at__isnull=True), name="hold_standing"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_standing(self) -> bool:
        return self.released_at is None


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews by due date. Nothing here can move one later."""

    def open(self) -> "ReviewQuerySet":
        """Return the reviews not yet concluded, the most pressing first."""
        return self.filter(concluded_at__isnull=True).order_by("due", "id")

    def overdue(self, now: datetime) -> "ReviewQuerySet":
        """Return the open reviews whose due day has passed; due today is not overdue."""
        return self.open().filter(due__lt=clock.today(now))


class Review(models.Model):
    """One look at whether a shield is still needed: a request's first, or a record's six-monthly.

    A request's review goes under that request's own reference, so that its source learns nothing
    of another's.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", "First review of a request"
        RECORD = "record", "Six-monthly review of a record"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    reference = models.CharField(max_length=20, unique=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="reviews")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="reviews", null=True)
    opened_at = models.DateTimeField()
    due = models.DateField()
    concluded_at = models.DateTimeField(null=True)
    concluded_by = _person()
    outcome = models.CharField(max_length=30, blank=True)
    days_late = models.PositiveIntegerField(null=True)
    no_duplicate = models.BooleanField(default=False)
    next_due = models.DateField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("concluded", "review_concluded_pair"),
            CheckConstraint(
                condition=Q(concluded_at__isnull=True, outcome="", days_late__isnull=True)
                | (Q(concluded_at__isnull=False, days_late__isnull=False) & ~Q(outcome="")),
                name="review_concluded_whole",
            ),
            CheckConstraint(
                condition=Q(kind="request") | Q(kind="record", hold__isnull=True),
                name="review_of_record_has_no_hold",
            ),
            UniqueConstraint(
                fields=["record"],
                condition=Q(kind="record", concluded_at__isnull=True),
                name="review_one_open_per_record",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(concluded_at__isnull=True), name="review_open_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} due {self.due.isoformat()}"
