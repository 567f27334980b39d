"""The request to shield: a practitioner's answers, one column each, and what came of it."""

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from logbook.references import new_reference
from requests_app import shield_request_codes as codes
from requests_app import states, time_limits
from shielding import clock
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User, both_or_neither
from shielding.filled import filled
from shielding.holds.involvement import Involvement
from shielding.models import Consultation, HandedOverHold, Hold, Record, Review
from shielding.records import grounds
from shielding.records import number as record_number
from shielding.records.letting_go_codes import Release
from shielding.records.states import SHIELDED
from shielding.records.states import TO_SHIELD as TO_BE_SHIELDED
from shielding.records.to_shield_alerts import A_DAY

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


def _choice(choices: type[models.TextChoices]) -> "models.CharField[str, str]":
    return models.CharField(max_length=30, choices=choices.choices, blank=True)


def _codes(*, null: bool = False) -> "ArrayField[Any, Any]":
    field = models.CharField(max_length=30)
    return ArrayField(field, null=null) if null else ArrayField(field, default=list)


def _person() -> "models.ForeignKey[User | None, User | None]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


# What waits for whom, each as one condition: a list and the count of it ask the same.
_STANDS = Q(hold__isnull=False, hold__released_at__isnull=True)
TO_SHIELD = _STANDS & Q(hold__applied_at__isnull=True)
# Its record may be open this minute, though it was shielded before: this comes before every other.
CHECK_NOW = TO_SHIELD & Q(record__state=TO_BE_SHIELDED, record__applied_at__isnull=False)
TO_DECIDE = _STANDS & Q(state=states.SUBMITTED)
SECOND_LOOK = (_STANDS & Q(state=states.PROPOSED)) | Q(state=states.CONSIDERED)
WITH_PRACTITIONER = (_STANDS & Q(state=states.RETURNED)) | Q(state=states.LOOK_AGAIN)
# As its practitioner reads it, who knows of no proposal: `Request.state_as_read`, as a query.
READ_AS_RETURNED = _STANDS & (Q(state=states.RETURNED) | (Q(state=states.PROPOSED) & ~Q(query="")))
UNCONFIRMED = _STANDS & Q(
    logged_by__isnull=False, practitioner__isnull=False, confirmed_at__isnull=True
)
# *Another reason*: no code says why, so the IW Team phones whoever asks.
# Not about one that was taken over: it was agreed long ago, by whoever knew the reason.
TO_PHONE = _STANDS & Q(
    hold__ground=grounds.OTHER, phoned_back_at__isnull=True, imported_at__isnull=True
)


def late_to_confirm(now: datetime) -> Q:
    """Return the condition that the day has passed by which a phoned one was to be confirmed.

    Of one that is not confirmed: `confirm_by` is before today.
    """
    return Q(logged_at__date__lt=clock.working_days_before(clock.today(now), 1))


def late_to_shield(now: datetime) -> Q:
    """Return the condition that one that is not applied is late: its record may be open this
    minute, or it and its record have waited for a day.
    """
    since = now - A_DAY
    record = Q(record__waiting_since=None) | Q(record__waiting_since__lte=since)
    waits = Q(hold__placed_at__lte=since) & record
    return CHECK_NOW | (waits & ~Q(record__state=SHIELDED))


def to_conclude(now: datetime) -> Q:
    """Return the condition that an agreed request's first review can be concluded by now."""
    return Q(
        state=states.AGREED, review__in=Review.objects.to_conclude(now).order_by().values("pk")
    )


# What was taken over from a file has no first review, which is not the same as an open one.
REVIEW_OPEN = Q(review__isnull=False, review__concluded_at__isnull=True)
OPEN_AT_DESK = REVIEW_OPEN | TO_SHIELD | UNCONFIRMED | TO_PHONE


class Answering(TypedDict):
    """What `to_answer` adds to a row."""

    answer_due: date
    answer_kind: str


class Crowded(TypedDict):
    """What `practitioners_with_more_than` adds to a person."""

    asked: int


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests, from the person who looks; tabs of the desk count and list the same rows."""

    def visible_to(self, user: User) -> "RequestQuerySet":
        """Return a practitioner's own requests, the IW Team's all but drafts, else none."""
        if user.is_active and user.is_practitioner:
            own = self.filter(practitioner=user, disowned_at__isnull=True)
            return own.exclude(state=states.DISCARDED)
        if user.is_active and user.is_iw:
            return self.exclude(state__in=[states.DRAFT, states.DISCARDED])
        return self.none()

    def naming(self, manager: User, day: date) -> "RequestQuerySet":
        """Return the sent requests that name this person as the manager who supported them.

        Those too that name a manager whom they stand in for that day.
        """
        absent = Deputy.objects.standing_in(manager, day).values("manager")
        named = Q(supporter=manager) | Q(supporter__in=absent)
        return self.filter(named, submitted_at__isnull=False)

    def drafts_of(self, user: User) -> "RequestQuerySet":
        return self.filter(practitioner=user, state=states.DRAFT)

    def handed_on_alone(self, person: User) -> "RequestQuerySet":
        """Return those that a file put to a practitioner, and that are another's now."""
        gone = HandedOverHold.objects.filter(
            hold=OuterRef("hold"),
            hand_over__only=OuterRef("hold"),
            hand_over__person=person,
            given_back_at=None,
        )
        return self.filter(Exists(gone)).exclude(practitioner=person)

    def own_standing(self, person: User) -> "RequestQuerySet":
        """Return those by which the practitioner themself asks for a shield now.

        What was phoned in their name and not confirmed does not count, nor what was taken over from
        a file: it may not be theirs, and counting it would tell which record it is about.
        """
        return self.standing_of(person).filter(imported_at__isnull=True)

    def standing_of(self, person: User) -> "RequestQuerySet":
        """Return the same, and what was taken over from a file for them."""
        own = self.filter(practitioner=person, hold__released_at=None).exclude(hold=None)
        return own.exclude(logged_by__isnull=False, confirmed_at=None)

    def to_shield(self) -> "RequestQuerySet":
        """Return those that stand and are not yet attested as applied, decided or not."""
        return self.filter(TO_SHIELD)

    def to_decide(self) -> "RequestQuerySet":
        return self.filter(TO_DECIDE)

    def for_second_look(self) -> "RequestQuerySet":
        return self.filter(SECOND_LOOK)

    def with_practitioner(self) -> "RequestQuerySet":
        """Return those that wait for their practitioner to answer a query or look again."""
        return self.filter(WITH_PRACTITIONER)

    def returned(self) -> "RequestQuerySet":
        """Return those that stand and whose practitioner reads that they came back with a query."""
        return self.filter(READ_AS_RETURNED)

    def to_look_at_again(self) -> "RequestQuerySet":
        """Return those with a decision against a shield that its practitioner looks at again."""
        return self.filter(state=states.LOOK_AGAIN, hold__released_at__isnull=True)

    def to_confirm(self) -> "RequestQuerySet":
        """Return the phoned requests their practitioner can confirm: standing, not disowned."""
        return self.phoned_unconfirmed().filter(
            disowned_at__isnull=True, hold__released_at__isnull=True
        )

    def disowned_holds(self) -> "models.QuerySet[Any, Any]":
        """Return the holds, by primary key, of calls whose practitioner said it was not them."""
        return self.filter(disowned_at__isnull=False, hold__isnull=False).values("hold")

    def family_to_tell(self) -> "RequestQuerySet":
        """Return the sent requests whose practitioner promised to tell the family.

        Of one that ended there is something else to tell them, or nothing.
        """
        return self.filter(
            submitted_at__isnull=False,
            family_told=codes.FamilyTold.WILL,
            family_told_on__isnull=True,
            hold__released_at__isnull=True,
        )

    def to_answer(
        self, user: User, now: datetime
    ) -> "models.QuerySet[WithAnnotations[Request, Answering]]":
        """Return those whose source this person is and may answer a review, with `answer_due`.

        One row for each, though two reviews may ask at once: an answer is for both.
        """
        owed = Consultation.objects.visible_to(user).answerable(now).filter(hold=OuterRef("hold"))
        found = self.annotate(
            answer_due=Subquery(owed.values("review__due")[:1]),
            answer_kind=Subquery(owed.values("review__kind")[:1]),
        ).filter(answer_due__isnull=False)
        # The same rows; only a cast names what annotating added to them.
        return cast("models.QuerySet[WithAnnotations[Request, Answering]]", found)

    def end_to_tell(self, user: User) -> "RequestQuerySet":
        """Return this source's requests that were let go, with no word yet about the family."""
        return self.filter(
            hold__source=user, hold__released_at__isnull=False, hold__family=""
        ).exclude(hold__released_how=Release.ENDED)

    def professionals_to_tell(self, user: User) -> "RequestQuerySet":
        """Return this source's standing requests that are applied, professionals not yet told."""
        return self.filter(
            _STANDS,
            hold__source=user,
            hold__applied_at__isnull=False,
            professionals_told_on__isnull=True,
            imported_at__isnull=True,
        )

    def to_conclude(self, now: datetime) -> "RequestQuerySet":
        """Return the agreed ones whose first review can be concluded by now."""
        return self.filter(to_conclude(now))

    def phoned_unconfirmed(self) -> "RequestQuerySet":
        """Return phoned requests whose practitioner has an account and has not confirmed."""
        return self.filter(UNCONFIRMED)

    def to_phone(self) -> "RequestQuerySet":
        """Return those with *another reason* whose source the IW Team has yet to phone about it."""
        return self.filter(TO_PHONE)

    def late_to_phone(self, now: datetime) -> "RequestQuerySet":
        """Return those of them whose day has passed: `phone_by` is before today."""
        before = clock.working_days_before(clock.today(now), 1)
        since = Coalesce("other_reason_since", "hold__placed_at")
        return self.to_phone().alias(since=since).filter(since__date__lt=before)

    def open_at_desk(self) -> "RequestQuerySet":
        """Return all that anything is still owed on: a review, an attestation, a confirmation."""
        return self.filter(OPEN_AT_DESK)

    def overdue(self, now: datetime) -> "RequestQuerySet":
        """Return those whose first review is open and past its due day."""
        return self.filter(REVIEW_OPEN, review__due__lt=clock.today(now))

    def undecided(self) -> "RequestQuerySet":
        """Return those that stand and wait for a decision."""
        return self.filter(state__in=states.UNDECIDED, hold__released_at__isnull=True)

    def practitioners_with_more_than(self, most: int) -> "models.QuerySet[User]":
        """Return the people behind more than so many of these requests, each with `asked`."""
        behind = self.filter(practitioner=OuterRef("pk")).order_by().values("practitioner")
        asked = Coalesce(Subquery(behind.annotate(number=Count("pk")).values("number")), 0)
        people = User.objects.practitioners().select_related("service").annotate(asked=asked)
        return people.filter(asked__gt=most).order_by("-asked", "sort_name", "id")


class Request(models.Model):
    """One request to shield, from draft to decision; its reference names its hold and review too.

    The record number is here only while the request is a draft, encrypted; then the record has it.
    """

    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    state = models.CharField(
        max_length=20, choices=list(states.LABELS.items()), default=states.DRAFT
    )
    state_since = models.DateTimeField()
    # When state or answers last changed: a page posts it back, so that nobody decides on what they
    # never saw.
    changed_at = models.DateTimeField()
    practitioner = _person()
    service = models.ForeignKey("accounts.Service", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    number = models.BinaryField(null=True)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    hold = models.OneToOneField(Hold, models.PROTECT, null=True, related_name="+")
    review = models.OneToOneField(Review, models.PROTECT, null=True, related_name="+")

    origin = _choice(codes.Origin)
    asked_by = _choice(codes.AskedBy)
    identity_confirmed_on = models.DateField(null=True)
    explained = _codes()
    ground = models.CharField(max_length=30, choices=grounds.CHOICES, blank=True)
    points = _codes()
    not_grounds = _codes(null=True)  # unanswered until it is a list; [] is "none of these"
    decision = _choice(codes.Decision)
    considered_reason = _choice(codes.ConsideredReason)
    supporter = _person()
    # An attestation, never a gate: a manager missing from the directory holds nothing up.
    supporter_not_listed = models.BooleanField(default=False)
    supported_on = models.DateField(null=True)
    own_system = _choice(codes.OwnSystem)
    own_system_on = models.DateField(null=True)
    measures_considered = models.BooleanField(default=False)
    siblings_considered = models.BooleanField(default=False)
    lead_professional = _choice(codes.LeadProfessional)
    family_told = _choice(codes.FamilyTold)
    family_told_on = models.DateField(null=True)
    declared_at = models.DateTimeField(null=True)
    # Those with a legitimate interest, once the shield is applied: they may shield too.
    professionals_told_on = models.DateField(null=True)

    # Phoned to the IW Team and logged by a member; the practitioner confirms afterwards.
    logged_at = models.DateTimeField(null=True)
    logged_by = _person()
    caller = _choice(codes.Caller)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = _person()
    disowned_at = models.DateTimeField(null=True)
    disowned_by = _person()
    # *Another reason*: who phoned about it; since when, where the hold had another ground before.
    other_reason_since = models.DateTimeField(null=True)
    phoned_back_at = models.DateTimeField(null=True)
    phoned_back_by = _person()

    # A shield that was there before the product, taken over from a file of two members: agreed,
    # without a first review, and without answers but its ground.
    imported_at = models.DateTimeField(null=True)
    imported_by = _person()
    # By which its practitioner may know which it is: its number they are not shown.
    placed_on = models.DateField(null=True)
    applied_on = models.DateField(null=True)

    query = models.CharField(max_length=30, blank=True)
    reason = _choice(codes.NotAgreedReason)
    involvement = _choice(Involvement)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = _person()
    decided_at = models.DateTimeField(null=True)
    decided_by = _person()

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=list(states.LABELS)), name="request_state_known"),
            CheckConstraint(
                condition=Q(number__isnull=True) | Q(state=states.DRAFT),
                name="request_number_only_in_draft",
            ),
            CheckConstraint(
                condition=Q(state__in=[states.DRAFT, states.DISCARDED], record__isnull=True)
                | (
                    ~Q(state__in=[states.DRAFT, states.DISCARDED])
                    & Q(record__isnull=False, submitted_at__isnull=False)
                    & (
                        Q(review__isnull=False, imported_at__isnull=True)
                        | Q(review__isnull=True, imported_at__isnull=False, state=states.AGREED)
                    )
                ),
                name="request_sent_has_record_and_review",
            ),
            CheckConstraint(
                condition=Q(
                    state__in=[
                        states.DRAFT,
                        states.DISCARDED,
                        states.CONSIDERED,
                        states.LOOK_AGAIN,
                        states.SETTLED,
                    ],
                    hold__isnull=True,
                )
                | Q(
                    state__in=[
                        states.SUBMITTED,
                        states.RETURNED,
                        states.PROPOSED,
                        states.AGREED,
                        states.NOT_AGREED,
                    ],
                    hold__isnull=False,
                ),
                name="request_hold_iff_asked",
            ),
            CheckConstraint(
                condition=Q(practitioner__isnull=False) | Q(logged_by__isnull=False),
                name="request_has_a_person",
            ),
            both_or_neither("logged", "request_logged_pair"),
            both_or_neither("confirmed", "request_confirmed_pair"),
            both_or_neither("disowned", "request_disowned_pair"),
            both_or_neither("phoned_back", "request_phoned_back_pair"),
            CheckConstraint(
                condition=Q(logged_at__isnull=True) | Q(submitted_at__lte=F("logged_at")),
                name="request_call_before_entered",
            ),
            both_or_neither("imported", "request_imported_pair"),
            CheckConstraint(
                condition=Q(placed_on__isnull=True, applied_on__isnull=True)
                | Q(
                    placed_on__isnull=False,
                    applied_on__gte=F("placed_on"),
                    imported_at__isnull=False,
                ),
                name="request_days_of_one_imported",
            ),
            both_or_neither("proposed", "request_proposed_pair"),
            both_or_neither("decided", "request_decided_pair"),
            # *Not agreed* takes two; PostgreSQL says so too.
            CheckConstraint(
                condition=~Q(state=states.NOT_AGREED)
                | (Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="request_not_agreed_by_two",
            ),
            CheckConstraint(
                condition=~Q(state__in=[states.AGREED, states.NOT_AGREED, states.SETTLED])
                | Q(decided_at__isnull=False),
                name="request_decided_names_who",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="request_by_state"),
            models.Index(fields=["practitioner", "state"], name="request_by_practitioner"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_draft(self) -> bool:
        return self.state == states.DRAFT

    @property
    def is_taken_over(self) -> bool:
        """Whether its shield was there before the product, and came from a file of two members."""
        return self.imported_at is not None

    @property
    def has_number(self) -> bool:
        """Whether a record number is saved, here or with the record."""
        return self.number is not None or self.record_id is not None

    @property
    def state_as_read(self) -> str:
        """The state as its practitioner may know it."""
        return states.as_read(self.state, is_asked=bool(self.query))

    @property
    def awaits_confirmation(self) -> bool:
        """Whether it was phoned and its practitioner has yet to confirm it."""
        return (
            self.logged_by_id is not None
            and self.practitioner_id is not None
            and self.confirmed_at is None
        )

    @property
    def confirm_by(self) -> date | None:
        """By when its practitioner is to confirm a phoned request, where that is to be done."""
        if not self.awaits_confirmation or self.disowned_at is not None or not self.still_asks:
            return None
        return time_limits.confirm_by(filled(self.logged_at))

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether its practitioner is to confirm it and nothing else is asked of them."""
        return self.confirm_by is not None and self.state_as_read == states.SUBMITTED

    @property
    def phone_by(self) -> date | None:
        """By when the IW Team is to phone about *another reason*, where that is to be done."""
        hold = self.hold
        if hold is None or not hold.is_standing or self.phoned_back_at is not None:
            return None
        if self.is_taken_over:
            return None
        since = self.other_reason_since or hold.placed_at
        return time_limits.phone_by(since) if hold.ground == grounds.OTHER else None

    @property
    def still_asks(self) -> bool:
        """Whether its hold stands: what the practitioner reads as "this request asks"."""
        return self.hold is not None and self.hold.is_standing

    @property
    def ended_with_its_record(self) -> bool:
        """Whether nobody let go: the IW Team ended it together with the record."""
        return self.hold is not None and self.hold.released_how == Release.ENDED

    @property
    def was_not_agreed(self) -> bool:
        """Whether its claim ended because it was not agreed, and does not stand again."""
        return self.hold is not None and self.hold.released_how == Release.NOT_AGREED

    @property
    def was_only_phoned(self) -> bool:
        """Whether it came by phone and its practitioner has not confirmed that it was them."""
        return self.logged_at is not None and self.confirmed_at is None

    @property
    def stands_again(self) -> bool:
        """Whether it was not agreed and stands all the same: a hand-over of it was disputed."""
        return self.state == states.NOT_AGREED and self.still_asks

    def label_for_practitioner(self) -> str:
        """Return the state in the words its practitioner may read."""
        if self.ended_with_its_record:
            return "Ended by the IW Team"
        if self.stands_again:
            return states.PRACTITIONER_LABELS[states.SUBMITTED]
        if self.hold is not None and not (self.still_asks or self.was_not_agreed):
            return "No longer asks for a shield"
        if self.waits_for_confirmation:
            return "Waits for you to confirm"
        return states.PRACTITIONER_LABELS[self.state_as_read]

    def seal_number(self, number: str) -> None:
        """Keep a normalised number in this draft, encrypted for this row."""
        self.number = record_number.seal(number, table=self._meta.db_table, row=self.uid)

    def number_in_clear(self) -> str:
        """Return the number, from the draft or the record. The caller logs that it was shown."""
        if self.number is not None:
            return record_number.unseal(bytes(self.number), table=self._meta.db_table, row=self.uid)
        return self.record.number_in_clear() if self.record else ""

    def move_to(self, state: str, now: datetime) -> None:
        """Set a state the transition table allowed; only actions.py calls this."""
        self.state, self.state_since, self.changed_at = state, now, now
