"""What was done with an account and by whom, and who was whose line manager before.

For the rule that nobody is two people: whoever makes an account, or lets it be used again, can act
as it, and is no second person where it was the first. Rules read these tables and never the
logbook. What came before them was filled in from the entries, once, by the migration.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import OuterRef
from django.db.models.expressions import Combinable

from shielding import clock
from shielding.accounts.models import RoleGrant, User
from shielding.roles import Role


class Change(models.TextChoices):
    MADE = "made", "Made"
    SUSPENDED = "suspended", "Suspended"
    REACTIVATED = "reactivated", "Let be used again"
    READDRESSED = "readdressed", "Given another email address"
    VOUCHED = "vouched", "Vouched for by a call"
    RENAMED = "renamed", "Given another name"
    PHONE_SET = "phone_set", "Given another work phone number"
    MOVED = "moved", "Moved to another service"
    FACTOR_RESET = "factor_reset", "Second factor reset"


# Whoever was a line manager so lately would know that what was done with an account is wrong; and
# whoever handled an account so lately could still be acting as its person.
LATELY = timedelta(days=28)
# For how many working days an account with another email address lets go of nothing.
KEEPS_DAYS = 3
# With one of these somebody could have acted as the person, or passed for them.
HANDLING = (
    Change.MADE, Change.REACTIVATED, Change.READDRESSED, Change.RENAMED, Change.FACTOR_RESET,
)  # fmt: skip


class AccountChangeQuerySet(models.QuerySet["AccountChange"]):
    def of(self, person: User) -> "AccountChangeQuerySet":
        """Return what was done with a person's account, the latest first."""
        return self.filter(person=person).order_by("-at", "-id")

    def handling_since(self, moment: datetime) -> "AccountChangeQuerySet":
        """Return by what somebody could act as the person after a moment."""
        return self.filter(change__in=HANDLING, at__gt=moment)

    def handlers(self) -> set[int]:
        """Return the ids of those who could have acted as the person by what they did."""
        handled = self.filter(change__in=HANDLING, by__isnull=False)
        return {by for by in handled.values_list("by", flat=True) if by is not None}

    def handlings(self) -> list[tuple[int, datetime]]:
        """Return who could have acted as the person by what they did, and when they did it."""
        handled = self.filter(change__in=HANDLING, by__isnull=False)
        return [(by, at) for by, at in handled.values_list("by", "at") if by is not None]

    def suspended_between(
        self, first: datetime | Combinable, last: datetime | Combinable
    ) -> "AccountChangeQuerySet":
        """Return the suspensions from one moment to another, both included."""
        return self.filter(change=Change.SUSPENDED, at__gte=first, at__lte=last)

    def readdressed_between(
        self, first: datetime | Combinable, last: datetime | Combinable
    ) -> "AccountChangeQuerySet":
        """Return the changes of an address from one moment to another, both included."""
        return self.filter(change=Change.READDRESSED, at__gte=first, at__lte=last)


class AccountChange(models.Model):
    """One thing done with an account. The application may add to these, and change none."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="changes")
    change = models.CharField(max_length=16, choices=Change.choices)
    at = models.DateTimeField()
    # Nobody: made at the server, or counted as vouched for because it was there before the rule.
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AccountChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(change__in=Change.values), name="account_change_known"
            ),
            models.CheckConstraint(
                condition=models.Q(by__isnull=False)
                | models.Q(change__in=[Change.MADE, Change.VOUCHED]),
                name="account_change_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("person")) | models.Q(by__isnull=True),
                name="account_change_by_another",
            ),
        ]
        indexes = [models.Index(fields=["person", "at"], name="account_change_of_person")]

    def __str__(self) -> str:
        return f"{self.change} {self.person_id}"


class PastManagerQuerySet(models.QuerySet["PastManager"]):
    def of(self, person: User) -> "PastManagerQuerySet":
        """Return who was a person's line manager before, the latest first."""
        return self.filter(person=person).order_by("-ended_at", "-id")

    def since(self, moment: datetime) -> "PastManagerQuerySet":
        """Return who still was one at some time after a moment."""
        return self.filter(ended_at__gt=moment)


class PastManager(models.Model):
    """Somebody who was a person's line manager until then. Kept as an account's changes are."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="past_managers")
    manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = PastManagerQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "ended_at"], name="past_manager_of_person")]

    def __str__(self) -> str:
        return f"{self.manager_id} of {self.person_id}"


def remember(person: User, change: Change, *, by: User | None, now: datetime) -> None:
    """Keep what an act did with an account. A part of the act, in its transaction."""
    AccountChange.objects.create(person=person, change=change, at=now, by=by)


def remember_manager(person: User, manager: User | None, *, by: User, now: datetime) -> None:
    """Keep who was a person's line manager until now, if anybody was. A part of the act."""
    if manager is not None:
        PastManager.objects.create(person=person, manager=manager, ended_at=now, ended_by=by)


def last_of_each(person: User) -> dict[str, AccountChange]:
    """Return when and by whom each kind of thing was done with an account last, by its code."""
    done = AccountChange.objects.filter(person=person).order_by("change", "-at", "-id")
    return {one.change: one for one in done.distinct("change").select_related("by")}


def last_renamed(person: User) -> AccountChange | None:
    """Return when and by whom a person's name was changed last, if it ever was."""
    return _last(person, Change.RENAMED)


def who_made(person: User) -> str:
    """Return the name of whoever made a person's account; nothing if it was made at the server."""
    made = _last(person, Change.MADE)
    return made.by.name if made and made.by else ""


def phone_last_set(person: User) -> AccountChange | None:
    """Return when and by whom a person's work phone number was set last, if it ever was."""
    return _last(person, Change.PHONE_SET)


def last_moved(person: User) -> AccountChange | None:
    """Return when and by whom a person was moved to another service last, if they ever were."""
    return _last(person, Change.MOVED)


def _last(person: User, change: Change) -> AccountChange | None:
    done = AccountChange.objects.of(person).filter(change=change)
    return done.select_related("by").first()


def managers_lately(person: User, now: datetime) -> list[User]:
    """Return who is a person's line manager, or was one lately."""
    past = PastManager.objects.of(person).since(now - LATELY).select_related("manager")
    managers = [person.line_manager, *(one.manager for one in past)]
    return list({one.pk: one for one in managers if one is not None}.values())


def suspended_since(person: int | OuterRef, moment: datetime | OuterRef) -> AccountChangeQuerySet:
    """Return the suspensions of a person from a moment on."""
    stopped = AccountChange.objects.filter(person=person, change=Change.SUSPENDED)
    return stopped.filter(at__gte=moment)


def moved_since(
    person: int | OuterRef, moment: datetime | OuterRef, role: str
) -> models.QuerySet[RoleGrant]:
    """Return the other roles that a person was given from a moment on."""
    return RoleGrant.objects.filter(person=person, confirmed_at__gte=moment).exclude(role=role)


def handled_since(moment: datetime) -> set[tuple[int, int]]:
    """Return whose account was handled after a moment, of those outside the services, and by whom.

    As `HANDLING` says; or they proposed or confirmed the role that the account was given.
    """
    changes = AccountChange.objects.handling_since(moment).exclude(person__role=Role.PRACTITIONER)
    grants = RoleGrant.objects.order_by().filter(confirmed_at__gt=moment)
    found = changes.values_list("person", "by").union(
        grants.values_list("person", "proposed_by"), grants.values_list("person", "confirmed_by")
    )
    return {(person, by) for person, by in found if by is not None}


def is_vouched_for(person: User) -> bool:
    """Return whether somebody other than its maker phoned the person behind an account, once.

    An account that nobody made by a page needs none.
    """
    done = set(AccountChange.objects.of(person).values_list("change", flat=True))
    return Change.MADE not in done or Change.VOUCHED in done


def was_readdressed(person: User, now: datetime) -> bool:
    """Return whether an account got another email address so lately that it lets go of nothing.

    Until the third working day after is over: who had the old address has heard of it by then.
    """
    last = _last(person, Change.READDRESSED)
    if last is None:
        return False
    last_day = clock.working_days_after(clock.today(last.at), KEEPS_DAYS)
    return now < clock.end_of(last_day)


def to_vouch_for() -> models.QuerySet[User]:
    """Return the practitioners whose accounts let go of nothing yet, the oldest account first."""
    changes = AccountChange.objects.filter(person=models.OuterRef("pk"))
    made = models.Exists(changes.filter(change=Change.MADE))
    vouched = models.Exists(changes.filter(change=Change.VOUCHED))
    return (
        User.objects.working().practitioners().filter(made, ~vouched).order_by("created_at", "id")
    )
