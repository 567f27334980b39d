"""A hand-over: proposed by one member, confirmed by another; whom it was told, and what moved.

Rules read these tables and never the logbook. What was handed over before it took two is kept
with the member who did it alone.
"""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from logbook.references import new_reference
from shielding.accounts.models import User, both_or_neither
from shielding.holds.involvement import Involvement
from shielding.records.models import Hold, Record, a_person

_PROTECT = models.PROTECT
_OPEN = Q(confirmed_at__isnull=True, withdrawn_at__isnull=True)


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: User) -> "HandOverQuerySet":
        """Return every hand-over for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def open(self) -> "HandOverQuerySet":
        """Return those that were proposed and wait for another member, the longest ago first."""
        return self.filter(_OPEN).order_by("proposed_at", "id")

    def disputed(self) -> "HandOverQuerySet":
        """Return those of which somebody says that they are wrong, and nobody has settled it."""
        said = self.filter(disputed_at__isnull=False, settled_at__isnull=True)
        return said.order_by("disputed_at", "id")

    def with_people(self) -> "HandOverQuerySet":
        """Return them with everybody they name."""
        acted = [f"{act}_by" for act in ("proposed", "confirmed", "withdrawn")]
        said = [f"{act}_by" for act in ("disputed", "settled")]
        return self.select_related("person__service", "to__service", "only__record", *acted, *said)


class HandOver(models.Model):
    """What somebody holds, to go to a colleague: nothing moves before a second member confirms.

    Or one request alone (`only`), whose row in a file named the wrong practitioner: to another of
    any service.
    """

    class Verdict(models.TextChoices):
        RIGHTFUL = "rightful", "It was right: the colleague keeps what they were given"
        WRONG = "wrong", "It was wrong: the requests go back to who had them before"

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    person = models.ForeignKey(User, _PROTECT, related_name="+")
    to = models.ForeignKey(User, _PROTECT, related_name="+")
    only = models.ForeignKey(Hold, _PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, _PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = a_person()
    # Of one request alone: how its new practitioner is known to be involved, as of any agreed one.
    involvement = models.CharField(
        max_length=30, choices=Involvement.choices, blank=True, db_default=""
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = a_person()
    # "This is wrong", by somebody who was told of it, and what a member found then.
    disputed_at = models.DateTimeField(null=True)
    disputed_by = a_person()
    settled_at = models.DateTimeField(null=True)
    settled_by = a_person()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True, db_default="")

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("confirmed", "hand_over_confirmed_pair"),
            both_or_neither("withdrawn", "hand_over_withdrawn_pair"),
            both_or_neither("disputed", "hand_over_disputed_pair"),
            both_or_neither("settled", "hand_over_settled_pair"),
            CheckConstraint(condition=~Q(person=F("to")), name="hand_over_to_another"),
            CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="hand_over_by_two",
            ),
            CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="hand_over_one_end",
            ),
            UniqueConstraint(fields=["person"], condition=_OPEN, name="hand_over_one_open"),
            CheckConstraint(
                condition=Q(disputed_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="hand_over_disputed_once_done",
            ),
            CheckConstraint(
                condition=Q(settled_at__isnull=True, verdict="")
                | Q(
                    settled_at__isnull=False,
                    disputed_at__isnull=False,
                    verdict__in=["rightful", "wrong"],
                ),
                name="hand_over_verdict",
            ),
            CheckConstraint(
                condition=Q(settled_by__isnull=True)
                | (~Q(settled_by=F("proposed_by")) & ~Q(settled_by=F("confirmed_by"))),
                name="hand_over_settled_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None

    @property
    def is_disputed(self) -> bool:
        return self.disputed_at is not None and self.settled_at is None


class HandedOverHoldQuerySet(models.QuerySet["HandedOverHold"]):
    def of_record(self, record: Record) -> "HandedOverHoldQuerySet":
        """Return what was handed over of a record, in whatever episode."""
        return self.filter(hold__record=record)

    def disputed(self) -> "HandedOverHoldQuerySet":
        """Return those whose hand-over is said to be wrong, which nobody has settled yet."""
        return self.filter(hand_over__disputed_at__isnull=False, hand_over__settled_at__isnull=True)


class HandedOverHold(models.Model):
    """One claim that changed hands, and who proposed it.

    `hand_over` is empty for what one member did alone, before it took two. Once a claim was given
    back, what was handed over after it is void as well, and no later word about it moves anything.
    """

    hold = models.ForeignKey(Hold, _PROTECT, related_name="handed_over")
    hand_over = models.ForeignKey(HandOver, _PROTECT, null=True, related_name="moved")
    proposed_by = models.ForeignKey(User, _PROTECT, related_name="+")
    at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    objects = HandedOverHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["hold", "hand_over"], name="handed_over_hold_once"),
        ]

    def __str__(self) -> str:
        return f"{self.hold_id} in {self.hand_over_id}"


class HandOverTold(models.Model):
    """Somebody who was told of a hand-over, and whether they said that it is wrong.

    The reference is what the link in their mail names: it opens nothing else.
    """

    reference = models.CharField(max_length=16, unique=True, default=new_reference)
    hand_over = models.ForeignKey(HandOver, _PROTECT, related_name="told")
    person = models.ForeignKey(User, _PROTECT, related_name="+")
    said_wrong_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["hand_over", "person"], name="hand_over_told_once"),
        ]

    def __str__(self) -> str:
        return self.reference
