"""Who stands in for a line manager while they are away, and who may approve for whom that day."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from shielding import clock
from shielding.accounts.deputies.time_limits import MOST_DAYS
from shielding.accounts.models import User, UserQuerySet, above, below, both_or_neither
from shielding.roles import Role


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def visible_to(self, user: User) -> "DeputyQuerySet":
        """Return all of them for the IW Team, for others those in which they have a part."""
        if not user.is_active:
            return self.none()
        return self.all() if user.is_iw else self.filter(Q(manager=user) | Q(deputy=user))

    def for_manager(self, manager: User) -> "DeputyQuerySet":
        """Return those who stand in for this person, whenever that is."""
        return self.filter(manager=manager)

    def by_deputy(self, deputy: User) -> "DeputyQuerySet":
        """Return those in which this person stands in, whenever that is."""
        return self.filter(deputy=deputy)

    def to_come(self, day: date) -> "DeputyQuerySet":
        """Return what runs on a day or begins after it, the first first."""
        return self.filter(ended_at=None, last_day__gte=day).order_by("first_day", "id")

    def over(self, day: date) -> "DeputyQuerySet":
        """Return what lapsed before a day or was ended, the latest first."""
        return self.exclude(ended_at=None, last_day__gte=day).order_by("-first_day", "-id")

    def overlapping(self, first_day: date, last_day: date) -> "DeputyQuerySet":
        """Return what is not ended and has a day between these, both of them counted."""
        return self.filter(ended_at=None, first_day__lte=last_day, last_day__gte=first_day)

    def running(self, day: date) -> "DeputyQuerySet":
        """Return what runs on a day, by a deputy who works here and manages others."""
        managing = User.objects.working().filter(line_manager=OuterRef("deputy"))
        return self.overlapping(day, day).filter(
            Exists(managing), deputy__is_active=True, deputy__role=Role.PRACTITIONER
        )

    def standing_in(self, user: User, day: date) -> "DeputyQuerySet":
        """Return for whom this person stands in on a day, as they are now and not when named.

        That is `policies.may_stand_in`, as a query: of the same service or above the absent one,
        and never for whom they report to by now, directly or through others.
        """
        near = Q(manager__service=F("deputy__service")) | Q(manager__in=below(user))
        standing = self.running(day).by_deputy(user).filter(near)
        return standing.exclude(manager__in=above(user))

    def deputies_of(self, manager: User, day: date) -> "DeputyQuerySet":
        """Return who stands in for this manager on a day; `standing_in`, from the other side."""
        near = Q(deputy__service=F("manager__service")) | Q(deputy__in=above(manager))
        standing = self.running(day).for_manager(manager).filter(near)
        return standing.exclude(deputy__in=below(manager))

    def with_people(self) -> "DeputyQuerySet":
        """Return them with everybody that a page names."""
        return self.select_related("manager", "deputy", "named_by", "ended_by")


class Deputy(models.Model):
    """One manager standing in for another from one London day to another, both of them counted.

    It lapses by the calendar; who ends it early is kept. PostgreSQL refuses two at once for one
    manager (`deputy_no_two_at_once`, in the migration: Django has no words for it).
    """

    reference = models.CharField(max_length=16, unique=True)
    manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DeputyQuerySet.as_manager()

    class Meta:
        ordering = ("first_day", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(manager=F("deputy")), name="deputy_is_somebody_else"
            ),
            models.CheckConstraint(
                condition=~Q(named_by=F("deputy")), name="deputy_named_by_another"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="deputy_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(last_day__lt=F("first_day") + timedelta(days=MOST_DAYS)),
                name="deputy_sixty_days",
            ),
            both_or_neither("ended", "deputy_ended_pair"),
        ]

    def __str__(self) -> str:
        return self.reference

    def is_over(self, day: date) -> bool:
        """Return whether it was ended, or lapsed before a day."""
        return self.ended_at is not None or self.last_day < day

    def days(self) -> set[int]:
        """Return the days it takes, as ordinals: to its last, or to the one on which it ended."""
        last = self.last_day
        if self.ended_at is not None:
            last = min(last, clock.today(self.ended_at))
        return set(range(self.first_day.toordinal(), last.toordinal() + 1))


def day_of(now: datetime) -> date:
    """Return the London date of an instant."""
    return clock.today(now)


def approvers_of(person: User, day: date) -> list[User]:
    """Return who acts and hears for this person's line manager on a day: the manager, the deputy.

    Asked at every act and every mail, of people as they are at that moment. Both of them, where
    both work here: a deputy does not put the manager out of office. A
    suspended manager's deputy goes on, for that is when staff need one. Nobody where they have no
    line manager; never the person themself, who is below their own manager. Process document,
    on access: "agreed with their line manager".
    """
    manager = person.line_manager
    asked = in_place_of(manager, day) if manager else []
    return [one for one in asked if one.role == person.role]


def in_place_of(manager: User, day: date) -> list[User]:
    """Return who sees and hears on a day what is this manager's to: they, and who stands in."""
    standing = Deputy.objects.deputies_of(manager, day).select_related("deputy")
    return [one for one in (manager, *(it.deputy for it in standing)) if one.is_active]


def both_of(reference: str, _now: datetime) -> list[User] | None:
    """Return who may open the page of somebody's standing in: the manager and the deputy."""
    found = Deputy.objects.with_people().filter(reference=reference).first()
    if found is None:
        return None
    both = (found.manager, found.deputy)
    return [one for one in both if one.is_active and one.is_practitioner]


def staff_to_approve_for(user: User, day: date) -> UserQuerySet:
    """Return the people whose `approvers_of` this person is one of that day."""
    if not user.is_active:
        return User.objects.none()
    absent = Deputy.objects.standing_in(user, day).values("manager")
    theirs = Q(line_manager=user) | Q(line_manager__in=absent)
    return User.objects.filter(theirs, role=user.role)
