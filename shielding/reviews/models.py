"""Review and Consultation: when it is looked at again, and what each source is asked."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict, cast

from django.db import models
from django.db.models import (
    CheckConstraint,
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    UniqueConstraint,
)
from django.db.models.expressions import RawSQL

from logbook.references import new_reference
from shielding import clock
from shielding.accounts.models import User, both_or_neither
from shielding.records import states
from shielding.records.models import Hold, HoldQuerySet, Record, RecordQuerySet, a_person
from shielding.reviews.reminder_days import TO_ANSWER, six_monthly_lead
from shielding.reviews.review_codes import Answer, FamilyTold, Reason, SoughtBy, Views

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Owed(TypedDict):
    """What `with_owed` adds to a review."""

    owed: int


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reviews by due date. Nothing here can move one later."""

    def open(self) -> "ReviewQuerySet":
        """Return the reviews not yet concluded, the most pressing first."""
        return self.filter(concluded_at__isnull=True).order_by("due", "id")

    def overdue(self, now: datetime) -> "ReviewQuerySet":
        """Return the open reviews whose due day has passed; due today is not overdue."""
        return self.open().filter(due__lt=clock.today(now))

    def of_agreed(self) -> "ReviewQuerySet":
        """Return the first reviews of agreed requests, which the IW Team concludes on a page too.

        Of any other the decision concludes it.
        """
        return self.filter(kind=Review.Kind.REQUEST, hold__agreed_at__isnull=False)

    def to_conclude(self, now: datetime) -> "ReviewQuerySet":
        """Return the first reviews of agreed requests that can be concluded by now: the source
        answered since the day of the first mail, or the day has come to do without.
        """
        said = Consultation.objects.filter(review=OuterRef("pk")).said_or_silent(now)
        standing = self.open().of_agreed().filter(hold__released_at__isnull=True)
        return standing.filter(Exists(said))

    def with_page(self) -> "ReviewQuerySet":
        """Return those that have a page of the core's."""
        agreed = Q(kind=Review.Kind.REQUEST, hold__agreed_at__isnull=False)
        return self.filter(~Q(kind=Review.Kind.REQUEST) | agreed)

    def of_records(self) -> "ReviewQuerySet":
        """Return the six-monthly ones, which the IW Team concludes on a page of the core's."""
        return self.filter(kind=Review.Kind.RECORD)

    def added(self) -> "ReviewQuerySet":
        """Return those that somebody asked for because something changed."""
        return self.filter(kind=Review.Kind.ADDED)

    def not_of_requests(self) -> "ReviewQuerySet":
        """Return the six-monthly and the added ones, which end with their record."""
        return self.exclude(kind=Review.Kind.REQUEST)

    def to_begin(self, now: datetime) -> "ReviewQuerySet":
        """Return the added ones whose moment has come to ask their source, and that still can."""
        waiting = self.open().added().filter(consultations=None, opened_at__lte=now)
        return waiting.filter(hold__released_at__isnull=True)

    def with_owed(self) -> "models.QuerySet[WithAnnotations[Review, Owed]]":
        """Return the reviews with `owed`, the number of answers that are still owed."""
        owed = Count("consultations", filter=Q(consultations__answered_at__isnull=True))
        found = self.annotate(owed=owed)
        # The same rows; only a cast names what was added to them.
        return cast("models.QuerySet[WithAnnotations[Review, Owed]]", found)

    def visible_to(self, user: User) -> "ReviewQuerySet":
        """Return every review for an IW member, none for anyone else."""
        return self.all() if user.is_active and user.is_iw else self.none()


class Review(models.Model):
    """One look at whether a shield is still needed: a request's first, a hold's six-monthly, or one
    that was added because something changed.

    A request's review goes under that request's own reference, and any other is of one hold, so
    that its source learns nothing of another's. A six-monthly one without a hold is of a record
    nobody asks for any more; one opened before a review was of one hold asks several.

    An added one asks its source from `opened_at` on, which may lie ahead, and has a reason: for
    the IW Team and auditors alone.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", "First review of a request"
        RECORD = "record", "Six-monthly review"
        ADDED = "added", "Added review"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    reference = models.CharField(max_length=20, unique=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="reviews")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="reviews", null=True)
    opened_at = models.DateTimeField()
    due = models.DateField()
    concluded_at = models.DateTimeField(null=True)
    concluded_by = a_person()
    outcome = models.CharField(max_length=30, blank=True)
    days_late = models.PositiveIntegerField(null=True)
    no_duplicate = models.BooleanField(default=False)
    next_due = models.DateField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, db_default="")
    asked_for_at = models.DateTimeField(null=True)
    asked_for_by = a_person()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            both_or_neither("concluded", "review_concluded_pair"),
            CheckConstraint(
                condition=Q(concluded_at__isnull=True, outcome="", days_late__isnull=True)
                | (Q(concluded_at__isnull=False, days_late__isnull=False) & ~Q(outcome="")),
                name="review_concluded_whole",
            ),
            UniqueConstraint(
                fields=["hold"],
                condition=Q(kind="record", concluded_at__isnull=True),
                name="review_one_open_per_hold",
            ),
            UniqueConstraint(
                fields=["record"],
                condition=Q(kind="record", hold__isnull=True, concluded_at__isnull=True),
                name="review_one_open_of_nobody",
            ),
            both_or_neither("asked_for", "review_asked_for_pair"),
            CheckConstraint(
                condition=Q(
                    kind="added",
                    hold__isnull=False,
                    reason__in=Reason.values,
                    asked_for_at__isnull=False,
                )
                | (~Q(kind="added") & Q(reason="", asked_for_at__isnull=True)),
                name="review_added_whole",
            ),
            UniqueConstraint(
                fields=["hold"],
                condition=Q(kind="added", concluded_at__isnull=True),
                name="review_one_added_open_per_hold",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"], condition=Q(concluded_at__isnull=True), name="review_open_by_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} due {self.due.isoformat()}"


_TODAY = RawSQL("(now() AT TIME ZONE 'Europe/London')::date", [])
_OWED = Q(answered_at__isnull=True, review__concluded_at__isnull=True)
_SAID = ("still_needed", "no_longer_needed")
# What a source said of a first review before its first mail was due, which asks them all the same.
_SAID_EARLY = Q(
    review__kind="request",
    answer__in=_SAID,
    answered_at__date__lt=F("first_mail_on"),
    review__concluded_at__isnull=True,
    hold__released_at__isnull=True,
)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Consultations by whom they ask; a source sees their own and nothing of anyone else's."""

    def visible_to(self, user: User) -> "ConsultationQuerySet":
        """Return a source's own, every one for an IW member, none for anyone else."""
        if user.is_active and user.is_iw:
            return self.all()
        if user.is_active and user.is_practitioner:
            return self.filter(hold__source=user)
        return self.none()

    def in_full(self) -> "ConsultationQuerySet":
        """Return them with everybody they name, those without an answer first."""
        people = ("answered_by", "hold__source__service", "hold__service")
        return self.select_related("review", *people).order_by(
            F("answered_at").asc(nulls_first=True), "id"
        )

    def owed(self) -> "ConsultationQuerySet":
        """Return those still without an answer, the most pressing first."""
        return self.filter(_OWED).order_by("review__due", "id")

    def answerable(self, now: datetime) -> "ConsultationQuerySet":
        """Return those a source may answer: owed; answered before the first mail, which asks anew;
        or recorded as *no answer* before the day ended.

        The IW Team may conclude from the day to act on; the source has the whole due day.
        """
        today = clock.today(now)
        in_time = Q(
            answer=Answer.NO_ANSWER,
            review__kind=Review.Kind.RECORD,
            review__due__gte=today,
            hold__released_at__isnull=True,
        )
        anew = _SAID_EARLY & Q(first_mail_on__lte=today)
        return self.filter(_OWED | anew | in_time).order_by("review__due", "id")

    def to_ask(self, now: datetime) -> "ConsultationQuerySet":
        """Return those that are owed, or answered before the first mail, whose day has come."""
        anew = _SAID_EARLY & Q(first_mail_on__lte=clock.today(now))
        return self.filter(_OWED | anew).order_by("review__due", "id")

    def to_remind(self, now: datetime) -> "ConsultationQuerySet":
        """Return those of which a mail is due: owed, or answered before the first one, which goes
        all the same and alone.
        """
        first = _SAID_EARLY & Q(remind_on=F("first_mail_on"))
        return self.filter(_OWED | first, remind_on__lte=clock.today(now))

    def said_or_silent(self, now: datetime) -> "ConsultationQuerySet":
        """Return those that a first review need not wait for: answered since the day of the first
        mail, or at all once the day to act by has come and two working days to answer have passed.
        """
        today = clock.today(now)
        asked_in_time = clock.working_days_before(today + timedelta(days=1), TO_ANSWER)
        silent = Q(review__due__lt=clock.next_working_day(today), first_mail_on__lt=asked_in_time)
        said = Q(answer__in=_SAID, answered_at__date__gte=F("first_mail_on"))
        return self.filter(said | silent)

    def six_monthly(self) -> "ConsultationQuerySet":
        """Return those of six-monthly reviews."""
        return self.filter(review__kind=Review.Kind.RECORD)

    def overdue(self, now: datetime) -> "ConsultationQuerySet":
        """Return the owed ones of reviews whose due day has passed."""
        return self.owed().filter(review__due__lt=clock.today(now))

    def one_per_hold(self) -> "ConsultationQuerySet":
        """Return of each request's owed ones the most pressing alone: one answer is for all."""
        of_hold = Consultation.objects.owed().filter(hold=OuterRef("hold"))
        return self.filter(pk=Subquery(of_hold.values("pk")[:1]))

    def by_phone(self, now: datetime) -> "ConsultationQuerySet":
        """Return those to ask that no working account is reminded of: the IW Team phones."""
        nobody = Q(hold__source__isnull=True) | Q(hold__source__is_active=False)
        return self.to_ask(now).filter(nobody)

    def of_team(self, staff: "models.QuerySet[User]") -> "ConsultationQuerySet":
        """Return those that ask these people, of whom they work here."""
        return self.filter(hold__source__in=staff, hold__source__is_active=True)


class Consultation(models.Model):
    """What one review asks one source: is the shield still needed?

    Silence is an answer only once somebody concludes the review, and then it keeps the shield:
    every answer but *no longer needed* does. The last three are recorded by whoever concluded, or
    ended the request.
    """

    # Names it in what is owed about it; its source knows it by the reference of their request.
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    review = models.ForeignKey(Review, models.PROTECT, related_name="consultations")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="consultations")
    asked_at = models.DateTimeField()
    # The day of its first mail. What a source says before it is kept, and may be said anew then.
    first_mail_on = models.DateField(db_default=_TODAY)
    # The day of the next reminder, which the clock moves on as it reminds.
    remind_on = models.DateField()
    answer = models.CharField(max_length=20, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = a_person()
    # Said on the source's confirmed word, and recorded by a member of the IW Team.
    on_word = models.BooleanField(default=False)
    views = models.CharField(max_length=10, choices=Views.choices, blank=True)
    views_sought_by = models.CharField(max_length=20, choices=SoughtBy.choices, blank=True)
    # Of the decision, the reviews and how to complain: a first review asks it.
    family_told = models.CharField(
        max_length=10, choices=FamilyTold.choices, blank=True, db_default=""
    )

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


def with_last_words(holds: HoldQuerySet) -> HoldQuerySet:
    """Return holds with what their source said last, `last_word` at `last_word_at`, and `asking`:
    the six-monthly and added reviews that are open and ask them, as consultations.
    """
    words = (Answer.STILL_NEEDED, Answer.NO_LONGER_NEEDED)
    said = Consultation.objects.filter(hold=OuterRef("pk"), answer__in=words)
    said = said.order_by("-answered_at", "-id")
    asking = Consultation.objects.filter(review__in=Review.objects.open().not_of_requests())
    return holds.annotate(
        last_word=Subquery(said.values("answer")[:1]),
        last_word_at=Subquery(said.values("answered_at")[:1]),
    ).prefetch_related(Prefetch("consultations", asking.select_related("review"), to_attr="asking"))


def records_to_review(now: datetime) -> RecordQuerySet:
    """Return the records with a six-monthly review that is near and not open.

    That of a standing hold which no open one asks; or, where no hold stands, that of the record
    itself. Found by the holds' own days: a hold is reviewed whatever its record's day says.
    """
    near = clock.today(now) + six_monthly_lead()
    of_records = Review.objects.open().of_records()
    asking = Consultation.objects.filter(hold=OuterRef("pk"), review__in=of_records)
    holds = Hold.objects.standing().filter(~Exists(asking), review_due__lte=near)
    of_this = {"record": OuterRef("pk")}
    nobodys = Record.objects.filter(
        ~Exists(Hold.objects.standing().filter(**of_this)),
        ~Exists(of_records.filter(**of_this)),
        review_due__lte=near,
    )
    return (
        Record.objects.exclude(state__in=states.OPEN_TO_ALL)
        .filter(Q(pk__in=holds.values("record")) | Q(pk__in=nobodys.values("pk")))
        .order_by("review_due", "id")
    )
