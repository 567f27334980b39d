"""Record, Hold, Review and Consultation: what stands, who asks, and when it is looked at again."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import (
    CheckConstraint,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    UniqueConstraint,
)

from logbook.references import new_reference
from shielding import clock, ends, grounds, recordnumber, states
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

    def review_to_open(self, now: datetime) -> "RecordQuerySet":
        """Return the records whose six-monthly review is near and not open, or not asking all."""
        near = clock.today(now) + clock.review_lead()
        is_open = Review.objects.open().of_records()
        unasked = Hold.objects.standing().exclude(consultations__review__in=is_open)
        of_this = {"record": OuterRef("pk")}
        return (
            self.exclude(state__in=states.OPEN_TO_ALL)
            .filter(
                ~Exists(is_open.filter(**of_this)) | Exists(unasked.filter(**of_this)),
                review_due__lte=near,
            )
            .order_by("review_due", "id")
        )

    def to_unshield(self) -> "RecordQuerySet":
        """Return the shielded records nobody asks for any more, the first due for review first."""
        standing = Hold.objects.standing().filter(record=OuterRef("pk"))
        return self.filter(~Exists(standing), state=states.SHIELDED).order_by("review_due", "id")

    def being_unshielded(self) -> "RecordQuerySet":
        """Return the records a member began to unshield, the longest ago first."""
        return self.filter(state=states.UNSHIELDING).order_by("unshield_begun_at", "id")

    def end_to_confirm(self) -> "RecordQuerySet":
        """Return the records of which one member said that they ended, the longest ago first."""
        return (
            self.exclude(end_code="").exclude(state=states.CLOSED).order_by("end_proposed_at", "id")
        )

    def with_last_release(self) -> "RecordQuerySet":
        """Return the records with `last_released_at`, when the last hold was let go."""
        return self.annotate(last_released_at=Max("holds__released_at"))

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
    attestation in this episode that the record is shielded. `review_due` is the day of its next
    six-monthly review: set when an episode begins and by the review before, by nothing else.
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
    # How often a hold arrived while it was being unshielded, and who had begun the last time.
    unshield_cancels = models.PositiveSmallIntegerField(db_default=0)
    unshield_cancelled_of = _person()
    review_due = models.DateField(null=True)
    end_code = models.CharField(max_length=30, choices=ends.CHOICES, blank=True, db_default="")
    end_proposed_at = models.DateTimeField(null=True)
    end_proposed_by = _person()
    closed_at = models.DateTimeField(null=True)
    closed_by = _person()

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
            both_or_neither("end_proposed", "record_end_proposed_pair"),
            both_or_neither("closed", "record_closed_pair"),
            CheckConstraint(
                condition=Q(end_code="", end_proposed_at__isnull=True)
                | (Q(end_code__in=list(ends.END)) & Q(end_proposed_at__isnull=False)),
                name="record_end_proposed_whole",
            ),
            # An end of a record takes two people as well.
            CheckConstraint(
                condition=Q(closed_by__isnull=True)
                | (Q(end_proposed_by__isnull=False) & ~Q(closed_by=F("end_proposed_by"))),
                name="record_closed_by_two",
            ),
            CheckConstraint(
                condition=~Q(state=states.CLOSED) | Q(closed_by__isnull=False),
                name="record_closed_names_both",
            ),
            CheckConstraint(
                condition=Q(state__in=states.OPEN_TO_ALL) | Q(review_due__isnull=False),
                name="record_shielded_has_review_due",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "waiting_since"], name="record_by_state"),
            models.Index(fields=["review_due"], name="record_by_review_due"),
        ]

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

    def with_owed(self) -> "HoldQuerySet":
        """Return the holds with `owed`: whether their source owes an answer to a review."""
        owed = Consultation.objects.owed().filter(hold=OuterRef("pk"))
        return self.annotate(owed=Exists(owed))

    def without_practitioner(self) -> "HoldQuerySet":
        """Return the standing holds that nobody at work answers for.

        Their practitioner no longer has a working account, or the service that stands in for
        somebody without one is closed.
        """
        gone = Q(source__is_active=False) | Q(source__isnull=True, service__closed_at__isnull=False)
        return self.standing().filter(gone).order_by("placed_at", "id")

    def standing(self) -> "HoldQuerySet":
        """Return the holds that keep their record shielded."""
        return self.filter(released_at__isnull=True)

    def not_asked_in(self, review: "Review") -> "HoldQuerySet":
        """Return the holds whose source this review does not ask yet."""
        return self.exclude(consultations__review=review)

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
        ENDED = "ended", "because the record ended, attested by two members of the IW Team"

    class Family(models.TextChoices):
        TOLD = "told", "They were told, in a way that is safe"
        NOT_SAFE = "not_safe", "It is not safe to tell them"

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
    # Whether the family was told that it was let go (after *not agreed*: and of complaints).
    family = models.CharField(max_length=10, choices=Family.choices, blank=True, db_default="")
    family_at = models.DateTimeField(null=True)
    family_by = _person()

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
                    released_how__in=["source", "on_word", "not_agreed", "ended"],
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
            both_or_neither("family", "hold_family_pair"),
            CheckConstraint(
                condition=Q(family="", family_at__isnull=True)
                | Q(
                    family__in=["told", "not_safe"],
                    family_at__isnull=False,
                    released_at__isnull=False,
                ),
                name="hold_family_once_let_go",
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

    def of_records(self) -> "ReviewQuerySet":
        """Return the six-monthly ones, which the IW Team concludes on a page of the core's."""
        return self.filter(kind=Review.Kind.RECORD)

    def with_owed(self) -> "ReviewQuerySet":
        """Return the reviews with `owed`, the number of answers that are still owed."""
        owed = Count("consultations", filter=Q(consultations__answered_at__isnull=True))
        return self.annotate(owed=owed)

    def visible_to(self, user: Any) -> "ReviewQuerySet":
        """Return every review for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()


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


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Consultations by whom they ask; a source sees their own and nothing of anyone else's."""

    def visible_to(self, user: Any) -> "ConsultationQuerySet":
        """Return a source's own, every one for an IW member, none for anyone else."""
        if user.is_active and user.is_iw:
            return self.all()
        if user.is_active and user.is_practitioner:
            return self.filter(hold__source=user)
        return self.none()

    def in_full(self) -> "ConsultationQuerySet":
        """Return them with everybody they name, those without an answer first."""
        people = ("answered_by", "hold__source", "hold__service")
        return self.select_related("review", *people).order_by(
            F("answered_at").asc(nulls_first=True), "id"
        )

    def owed(self) -> "ConsultationQuerySet":
        """Return those still without an answer, the most pressing first."""
        return self.filter(answered_at__isnull=True, review__concluded_at__isnull=True).order_by(
            "review__due", "id"
        )

    def overdue(self, now: datetime) -> "ConsultationQuerySet":
        """Return the owed ones of reviews whose due day has passed."""
        return self.owed().filter(review__due__lt=clock.today(now))

    def one_per_hold(self) -> "ConsultationQuerySet":
        """Return of each request's owed ones the most pressing alone: one answer is for all."""
        of_hold = Consultation.objects.owed().filter(hold=OuterRef("hold"))
        return self.filter(pk=Subquery(of_hold.values("pk")[:1]))

    def by_phone(self) -> "ConsultationQuerySet":
        """Return the owed ones that no working account is reminded of: the IW Team phones."""
        nobody = Q(hold__source__isnull=True) | Q(hold__source__is_active=False)
        return self.owed().filter(nobody)

    def of_team(self, manager: Any) -> "ConsultationQuerySet":
        """Return those that ask the people who name this person as their line manager."""
        return self.filter(hold__source__line_manager=manager, hold__source__is_active=True)


class Consultation(models.Model):
    """What one review asks one source: is the shield still needed?

    Silence is an answer only once somebody concludes the review, and then it keeps the shield:
    every answer but *no longer needed* does. The last three are recorded by whoever concluded, or
    ended the request.
    """

    class Answer(models.TextChoices):
        STILL_NEEDED = "still_needed", "Still needed"
        NO_LONGER_NEEDED = "no_longer_needed", "No longer needed"
        NO_ANSWER = "no_answer", "No answer, so still needed"
        DECIDED_FIRST = "decided_first", "Decided before an answer was due"
        LET_GO = "let_go", "Their request ended meanwhile"

    class Views(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        NOT_SAFE = "not_safe", "It is not safe to ask them"

    class SoughtBy(models.TextChoices):
        SOURCE = "source", "The practitioner"
        LEAD_PROFESSIONAL = "lead_professional", "The Lead Professional"

    # Names it in what is owed about it; its source knows it by the reference of their request.
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    review = models.ForeignKey(Review, models.PROTECT, related_name="consultations")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="consultations")
    asked_at = models.DateTimeField()
    # The day of the next reminder, which the clock moves on as it reminds.
    remind_on = models.DateField()
    answer = models.CharField(max_length=20, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = _person()
    # Said on the source's confirmed word, and recorded by a member of the IW Team.
    on_word = models.BooleanField(default=False)
    views = models.CharField(max_length=10, choices=Views.choices, blank=True)
    views_sought_by = models.CharField(max_length=20, choices=SoughtBy.choices, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["review", "hold"], name="consultation_once"),
            both_or_neither("answered", "consultation_answered_pair"),
            CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (
                    Q(answer__in=["still_needed", "no_longer_needed"])
                    & Q(answered_at__isnull=False)
                )
                | Q(
                    answer__in=["no_answer", "decided_first", "let_go"],
                    answered_at__isnull=False,
                    views="",
                    on_word=False,
                ),
                name="consultation_answered_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["hold"], condition=Q(answered_at__isnull=True), name="consultation_owed"
            ),
            models.Index(
                fields=["remind_on"],
                condition=Q(answered_at__isnull=True),
                name="consultation_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hold} at {self.review}"
