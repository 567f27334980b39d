"""Record and Hold: what stands, and who asks for it."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.conf import settings
from django.db import models
from django.db.models import (
    CheckConstraint,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
)
from django.db.models.expressions import RawSQL
from django.db.models.lookups import IsNull

from logbook.references import new_reference
from shielding.accounts.models import Service, User, both_or_neither
from shielding.filled import filled
from shielding.records import end_codes, grounds, states
from shielding.records import number as record_number
from shielding.records.letting_go_codes import FamilyToldOfEnd, Release

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

_user = settings.AUTH_USER_MODEL
# What PostgreSQL gives a hold that the version before this one places while both run: without a
# day it would never be reviewed. Ours names the day itself.
IN_SIX_MONTHS = RawSQL(
    "((now() AT TIME ZONE 'Europe/London')::date + interval '6 months')::date", []
)


def a_person(**options: Any) -> "models.ForeignKey[User | None, User | None]":
    """A person named in a who/when pair: kept for ever, never followed backwards."""
    return models.ForeignKey(
        _user, models.PROTECT, null=True, blank=True, related_name="+", **options
    )


class LastReleased(TypedDict):
    """What `with_last_release` adds to a record."""

    last_released_at: datetime | None


class Asking(TypedDict):
    """What `with_asking` adds to a record."""

    asking: "list[Hold]"


class Standing(TypedDict):
    """What `with_standing_holds` adds to a record."""

    standing: int


# What an end that was proposed has written on its record.
END_COLUMNS = ("end_code", "end_proposed_at", "end_proposed_by", "receipt_on", "receipt_came")


class RecordQuerySet(models.QuerySet["Record"]):
    """Records are the IW Team's to see; everyone else's list is empty."""

    def visible_to(self, user: User) -> "RecordQuerySet":
        """Return every record for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def to_look_up(self, user: User) -> "RecordQuerySet":
        """Return what somebody may ask for by number: all for an IW member and for an auditor.

        An auditor sees no page of it: what was found leads them to its entries.
        """
        may = user.is_active and (user.is_iw or user.is_auditor)
        return self.all() if may else self.none()

    def numbered(self, number: str) -> "RecordQuerySet":
        """Return the record with this normalised number, if the product knows it."""
        return self.filter(blind_index=record_number.blind_index(number))

    def to_shield(self) -> "RecordQuerySet":
        """Return the loudest list: not yet attested as shielded, the longest waiting first.

        Before all others, however short they wait, come those to check now: see `to_check_now`.
        """
        known_as_open = IsNull(F("applied_at"), True)
        return self.filter(state=states.TO_SHIELD).order_by(known_as_open, "waiting_since", "id")

    def to_check_now(self) -> "RecordQuerySet":
        """Return those of `to_shield` that may be open this minute, in the same order.

        They were attested as shielded in this episode and wait again: a request arrived while they
        were being unshielded, somebody said then that a hand-over or a suspension was wrong, or a
        member found one open. Of one record that was read already, `policies.is_to_check_now` says
        the same.
        """
        return self.to_shield().filter(applied_at__isnull=False)

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

    def with_last_release(self) -> "models.QuerySet[WithAnnotations[Record, LastReleased]]":
        """Return the records with `last_released_at`, when the last hold was let go."""
        found = self.annotate(last_released_at=Max("holds__released_at"))
        # The same rows; only a cast names what was added to them.
        return cast("models.QuerySet[WithAnnotations[Record, LastReleased]]", found)

    def with_asking(self) -> "models.QuerySet[WithAnnotations[Record, Asking]]":
        """Return the records with `asking`, a list of the holds that stand, the oldest first."""
        holds = (
            Hold.objects.standing()
            .select_related("service", "source__service")
            .order_by("placed_at")
        )
        found = self.prefetch_related(Prefetch("holds", holds, to_attr="asking"))
        # The same rows; only a cast names what was added to them.
        return cast("models.QuerySet[WithAnnotations[Record, Asking]]", found)

    def with_standing_holds(self) -> "models.QuerySet[WithAnnotations[Record, Standing]]":
        """Return the records with `standing`, the number of holds that stand."""
        standing = Count("holds", filter=Q(holds__released_at__isnull=True))
        found = self.annotate(standing=standing)
        # The same rows; only a cast names what was added to them.
        return cast("models.QuerySet[WithAnnotations[Record, Standing]]", found)


class Record(models.Model):
    """A child's record on the shielded system, known here by its number alone.

    An episode runs from the first hold to the final unshield; `applied_at` is the first
    attestation in this episode that the record is shielded. `review_due` is the earliest day on
    which one of its standing holds is to be reviewed, for sorting; once none stands it is the
    earliest it had, and a review that asks nobody is held then.
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
    applied_by = a_person()
    unshield_begun_at = models.DateTimeField(null=True)
    unshield_begun_by = a_person()
    unshield_confirmed_at = models.DateTimeField(null=True)
    unshield_confirmed_by = a_person()
    # How often a hold arrived while it was being unshielded, and who had begun the last time.
    unshield_cancels = models.PositiveSmallIntegerField(db_default=0)
    unshield_cancelled_of = a_person()
    review_due = models.DateField(null=True)
    end_code = models.CharField(max_length=30, choices=end_codes.CHOICES, blank=True, db_default="")
    end_proposed_at = models.DateTimeField(null=True)
    end_proposed_by = a_person()
    # That it moved away is proposed with a receipt. Never whose: where the family is must not show.
    receipt_on = models.DateField(null=True)
    receipt_came = models.CharField(
        max_length=10, choices=end_codes.ReceiptCame.choices, blank=True, db_default=""
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = a_person()

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
                | (Q(end_code__in=list(end_codes.END)) & Q(end_proposed_at__isnull=False)),
                name="record_end_proposed_whole",
            ),
            CheckConstraint(
                condition=Q(receipt_on__isnull=True, receipt_came="")
                | Q(
                    receipt_on__isnull=False,
                    receipt_came__in=end_codes.ReceiptCame.values,
                    end_code=end_codes.MOVED_AWAY,
                ),
                name="record_receipt_whole",
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

    def forget_proposed_end(self) -> None:
        """Take an end that was proposed off the record: END_COLUMNS are then to be saved."""
        self.end_code = self.receipt_came = ""
        self.end_proposed_at = self.end_proposed_by = self.receipt_on = None

    def number_in_clear(self) -> str:
        """Return the record number. Whoever calls this writes the entry that it was shown."""
        return record_number.unseal(bytes(self.number), table=Record._meta.db_table, row=self.uid)


class HoldQuerySet(models.QuerySet["Hold"]):
    """Holds by standing; a hold is never deleted, only released."""

    def visible_to(self, user: User) -> "HoldQuerySet":
        """Return every hold for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()

    def in_full(self) -> "HoldQuerySet":
        """Return the holds with everybody they name, those that stand first, then the latest."""
        people = (
            "source__service",
            "placed_by",
            "applied_by",
            "agreed_by",
            "released_by",
            "word_attested_by",
        )
        return self.select_related("service", *people).order_by(
            F("released_at").asc(nulls_first=True), "placed_at", "id"
        )

    def with_owed(self) -> "HoldQuerySet":
        """Return the holds with `owed`: whether their source owes an answer to a review."""
        owing = Hold.objects.filter(
            pk=OuterRef("pk"),
            consultations__isnull=False,
            consultations__answered_at__isnull=True,
            consultations__review__concluded_at__isnull=True,
        )
        return self.annotate(owed=Exists(owing))

    def without_practitioner(self) -> "HoldQuerySet":
        """Return the standing holds that nobody at work answers for.

        Their practitioner no longer has a working account, or the service that stands in for
        somebody without one is closed.
        """
        gone = Q(source__is_active=False) | Q(source__isnull=True, service__closed_at__isnull=False)
        return self.standing().filter(gone).order_by("placed_at", "id")

    def left_in(self, service: Service) -> "HoldQuerySet":
        """Return what a closed service leaves to nobody: of its people, and phoned ones."""
        if service.is_open:
            return self.none()
        theirs = Q(source__service=service) | Q(source__isnull=True, service=service)
        return self.without_practitioner().filter(theirs)

    def standing(self) -> "HoldQuerySet":
        """Return the holds that keep their record shielded."""
        return self.filter(released_at__isnull=True)

    def taken_over(self) -> "HoldQuerySet":
        """Return the holds of shields that were there before the product, taken over from a file.

        Those of an older episode too.
        """
        return self.filter(imported_at__isnull=False)

    def to_apply(self) -> "HoldQuerySet":
        """Return those that stand and that nobody attested as applied, the longest ago first."""
        return self.standing().filter(applied_at__isnull=True).order_by("placed_at", "id")

    def earliest_review(self) -> date | None:
        """Return the earliest day on which one of these holds is to be reviewed."""
        earliest: date | None = self.aggregate(day=Min("review_due"))["day"]
        return earliest


class Hold(models.Model):
    """One source's standing claim that a record stay shielded.

    `source` is empty only for somebody without an account who phoned: their service stands in.
    `review_due` is the day of its six-monthly review: the one that is open, else the next. It is
    counted from this hold alone, and moves when that review is concluded, whoever else asks.
    """

    reference = models.CharField(max_length=20, unique=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="holds")
    source = a_person()
    service = models.ForeignKey("accounts.Service", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=30, choices=grounds.CHOICES)
    episode = models.PositiveIntegerField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(_user, models.PROTECT, related_name="+")
    # Of a shield that was there before the product: when it was taken over from a file.
    imported_at = models.DateTimeField(null=True)
    file_import = models.ForeignKey(
        "accounts.FileImport", models.PROTECT, null=True, related_name="+"
    )
    review_due = models.DateField(null=True, db_default=IN_SIX_MONTHS)
    applied_at = models.DateTimeField(null=True)
    applied_by = a_person()
    # When it was found open although it was attested as applied: until that is attested anew, its
    # source is asked to phone.
    found_open_at = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = a_person()
    released_at = models.DateTimeField(null=True)
    released_by = a_person()
    released_how = models.CharField(max_length=20, choices=Release.choices, blank=True)
    # The first of the two of *not agreed*: neither may be the second of a final unshield.
    release_proposed_by = a_person()
    # Let go on the word of a source without a working account: another member attests a call. So
    # does one where the account that let go was suspended about then: see letting_go_to_attest.py.
    word_to_attest = models.BooleanField(default=False, db_default=False)
    word_attested_at = models.DateTimeField(null=True)
    word_attested_by = a_person()
    # Whether the family was told that it was let go (after *not agreed*: and of complaints).
    family = models.CharField(
        max_length=10, choices=FamilyToldOfEnd.choices, blank=True, db_default=""
    )
    family_at = models.DateTimeField(null=True)
    family_by = a_person()

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(ground__in=list(grounds.GROUND)), name="hold_ground_known"),
            CheckConstraint(
                condition=Q(imported_at__isnull=True, file_import__isnull=True)
                | Q(imported_at__isnull=False, file_import__isnull=False),
                name="hold_imported_from_a_file",
            ),
            both_or_neither("applied", "hold_applied_pair"),
            CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(found_open_at__isnull=True),
                name="hold_found_open_not_applied",
            ),
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
            both_or_neither("word_attested", "hold_word_attested_pair"),
            CheckConstraint(
                condition=Q(word_to_attest=False) | Q(released_how="on_word"),
                name="hold_word_of_a_release",
            ),
            CheckConstraint(
                condition=Q(word_attested_by__isnull=True)
                | (
                    Q(released_how__in=["source", "on_word"])
                    & ~Q(word_attested_by=F("released_by"))
                ),
                name="hold_word_by_two",
            ),
            both_or_neither("family", "hold_family_pair"),
            CheckConstraint(
                condition=Q(family="", family_at__isnull=True)
                | Q(
                    family__in=["told", "not_safe", "nothing"],
                    family_at__isnull=False,
                    released_at__isnull=False,
                ),
                name="hold_family_once_let_go",
            ),
            CheckConstraint(
                condition=Q(released_at__isnull=False) | Q(review_due__isnull=False),
                name="hold_standing_has_review_due",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_due"],
                condition=Q(released_at__isnull=True),
                name="hold_by_review_due",
            ),
            models.Index(
                fields=["record"], condition=Q(released_at__isnull=True), name="hold_standing"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_standing(self) -> bool:
        return self.released_at is None

    @property
    def service_to_phone(self) -> Service:
        """Return the service that pages name beside the practitioner, and that is phoned for them.

        The one that asked. Of what was handed over by itself, and not given back, the one in which
        its practitioner is today: the file named another, whose service knows nothing of this
        child. A move alone changes nothing: one member makes it.
        """
        if self.source is None or self.source.service_id in (None, self.service_id):
            return self.service
        alone = self.imported_at is not None and self.is_handed_over_alone
        return filled(self.source.service) if alone else self.service

    @property
    def is_handed_over_alone(self) -> bool:
        """Return whether it went to its practitioner by itself, and was not given back since."""
        alone = self.handed_over.filter(hand_over__only__isnull=False, given_back_at=None)
        return alone.exists()
