"""What is to be checked again after a data load: one condition for list, count and record.

Every record that was shielded when the load was over and is not open to all since, in this episode;
and every one whose shield was taken over from a file, whether or not a load is entered.
One that was found open, or waits for another reason, stays among them until it is shielded and two
members have looked: all are said to be checked only when all are.
"""

from typing import TYPE_CHECKING, TypedDict, cast

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from shielding.accounts.models import User
from shielding.checks.data_loads.models import DataLoad
from shielding.checks.models import Check
from shielding.records import states
from shielding.records.models import Hold, Record

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Second(TypedDict):
    """What `with_first` adds to a look."""

    first_look: int | None


class Looked(TypedDict):
    """What `with_looks` adds to a record."""

    looks: "list[WithAnnotations[Check, Second]]"
    last_found: str | None


def ruling() -> DataLoad | None:
    """Return the data load after which records are to be checked again: the newest in force."""
    return DataLoad.objects.in_force().select_related("entered_by").first()


def of_load(person: User, load: DataLoad | None) -> "QuerySet[Record]":
    """Return the records to be checked again after a load; without one, what was taken over."""
    # What was taken over from a file was shielded long before, and nobody has looked since.
    taken_over = Hold.objects.taken_over().filter(
        record=OuterRef("pk"), episode=OuterRef("episode")
    )
    to_look_at = Q(Exists(taken_over))
    if load is not None:
        to_look_at |= Q(applied_at__lt=load.over_at)
    shielded_then = Record.objects.visible_to(person).exclude(state__in=states.OPEN_TO_ALL)
    return shielded_then.filter(to_look_at, applied_at__isnull=False).order_by("applied_at", "id")


def _checked(load: DataLoad | None) -> Exists:
    """Whether two members have looked at a record since, who do not count as one."""
    looks = Check.objects.that_count_after(load).filter(record=OuterRef("pk"))
    return Exists(looks.with_first(load).filter(IsNull(F("first_look"), False)))


def still_to_check(person: User, load: DataLoad | None) -> "QuerySet[Record]":
    """Return those at which two members have not looked since, the longest shielded first.

    What this member has looked at comes last: it waits for a colleague.
    """
    by_them = Check.objects.that_count_after(load).filter(record=OuterRef("pk"), by=person)
    waiting = of_load(person, load).filter(~_checked(load)).alias(own=Exists(by_them))
    return waiting.order_by("own", "applied_at", "id")


def checked_by_both(person: User, load: DataLoad | None) -> "QuerySet[Record]":
    """Return those at which two members have looked since."""
    return of_load(person, load).filter(_checked(load))


def progress(person: User, load: DataLoad | None) -> tuple[int, int]:
    """Return how many were checked by both, and of how many."""
    both = Count("pk", filter=_checked(load))
    counted = of_load(person, load).aggregate(both=both, of=Count("pk"))
    return counted["both"], counted["of"]


def with_looks(
    records: "QuerySet[Record]", load: DataLoad | None
) -> "QuerySet[WithAnnotations[Record, Looked]]":
    """Return the records with `looks`, those that count, and `last_found`: what the last found."""
    since = Check.objects.filter(
        record=OuterRef("pk"), at__gte=load.over_at if load else OuterRef("episode_started_at")
    )
    last = since.order_by("-at", "-id").values("finding")[:1]
    counting = Prefetch(
        "checks", Check.objects.that_count_after(load).with_first(load), to_attr="looks"
    )
    found = records.annotate(last_found=Subquery(last)).prefetch_related(counting)
    # The same rows; only a cast names what was added to them.
    return cast("QuerySet[WithAnnotations[Record, Looked]]", found)


def to_check(
    person: User, record: Record, load: DataLoad | None
) -> "WithAnnotations[Record, Looked] | None":
    """Return one record with its looks, where it is to be checked again."""
    return with_looks(of_load(person, load).filter(pk=record.pk), load).first()


def first_and_second(
    looks: "list[WithAnnotations[Check, Second]]",
) -> tuple[Check | None, Check | None]:
    """Return the first of these looks, and the one with which a record is checked by two.

    Where there is such a one, the first is that which makes two with it.
    """
    second = next((one for one in looks if one.first_look is not None), None)
    if second is not None:
        return next(one for one in looks if one.pk == second.first_look), second
    return (looks[0] if looks else None), None
