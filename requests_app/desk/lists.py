"""The desk's lists: which requests a tab holds, how they are narrowed, counted and sorted.

And who has more undecided requests than one person usually has.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import django_filters
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import QueryDict

from logbook.pages.selects import Select
from requests_app import models, policies
from requests_app.models import Crowded, Request, RequestQuerySet
from shielding import clock
from shielding.accounts.models import Service, User
from shielding.records.grounds import LABELS
from shielding.web.fields import Form, choice, choice_of_rows

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

# One person with more undecided requests than this is shown to the IW Team, never refused.
MANY = 20
DUE = (("overdue", "Overdue"), ("today", "Due today"), ("week", "Due this week"))


@dataclass(frozen=True)
class Tab:
    """One list of the queue; its count is the count of these very rows."""

    code: str
    label: str
    which: Q | Callable[[datetime], Q]
    sort: str = "due"

    def holds(self, now: datetime) -> Q:
        """Return which requests this list holds now."""
        return self.which if isinstance(self.which, Q) else self.which(now)


TABS = (
    Tab("to_shield", "To shield", models.TO_SHIELD, "submitted"),
    Tab("to_decide", "To decide", models.TO_DECIDE),
    Tab("second_look", "Second look", models.SECOND_LOOK),
    Tab("with_practitioner", "With the practitioner", models.WITH_PRACTITIONER),
    Tab("to_conclude", "To conclude", models.to_conclude),
    Tab("phoned", "Phoned, not confirmed", models.UNCONFIRMED, "submitted"),
    Tab("to_phone", "To phone: another reason", models.TO_PHONE, "submitted"),
    Tab("open", "All open", models.OPEN_AT_DESK),
)
TAB = {tab.code: tab for tab in TABS}

# Where some are a colleague's to do, which of them this member may do.
MINE: dict[str, Callable[[User, datetime], Q]] = {
    "to_decide": lambda user, now: policies.to_decide_by(user),
    "second_look": policies.second_look_by,
    "to_conclude": lambda user, now: policies.to_conclude_by(user),
}

SORTS = {
    "due": "review__due",
    "submitted": "submitted_at",
    "ground": "ground",
    "service": "service__sort_name",
}


class QueueFilter(django_filters.FilterSet):
    """Narrows a list by what an address may say: codes only, never a name or a number.

    A filter that makes no sense is said beside its field and lists nothing, so that nobody takes
    a part for the whole.
    """

    due = django_filters.ChoiceFilter(
        label="First review", choices=DUE, empty_label="Any day", method="by_due", widget=Select
    )
    service = django_filters.ModelChoiceFilter(
        label="Service",
        queryset=Service.objects.all(),
        to_field_name="code",
        empty_label="Any service",
        widget=Select,
    )
    ground = django_filters.ChoiceFilter(
        label="Ground", choices=LABELS, empty_label="Any ground", widget=Select
    )

    class Meta:
        form = Form

    def __init__(self, data: QueryDict, *, queryset: RequestQuerySet, now: datetime) -> None:
        super().__init__(data, queryset=queryset)
        self.address = data
        self.today = clock.today(now)
        choice_of_rows(self.form, "service").label_from_instance = lambda service: service.name

    def by_due(self, requests: RequestQuerySet, name: str, due: str) -> RequestQuerySet:
        """Return those whose first review is open and overdue, due today, or due by Sunday."""
        waiting = requests.filter(review__concluded_at__isnull=True)
        if due == "overdue":
            return waiting.filter(review__due__lt=self.today)
        last = self.today if due == "today" else _sunday(self.today)
        return waiting.filter(review__due__range=(self.today, last))

    @property
    def requests(self) -> RequestQuerySet:
        """The requests asked for, in every tab; none where a filter makes no sense."""
        found = cast(RequestQuerySet, self.qs)  # it narrows the one it was given
        return found if self.is_valid() else found.none()

    @property
    def used(self) -> dict[str, str]:
        """The filters in use, by name, as they stand in the address."""
        return {
            name: str(self.address[name])
            for name in self.filters
            if self.address.get(name) and name not in self.form.errors
        }

    def words(self, name: str) -> str:
        """Return the answer to one filter as it was shown."""
        value: Any = self.form.cleaned_data[name]
        if isinstance(value, Service):
            return value.name
        return str(dict(choice(self.form, name).choices)[value])


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def counts(requests: RequestQuerySet, now: datetime) -> dict[str, int]:
    """Return how many of these requests each tab holds, by one query."""
    numbers = {tab.code: Count("pk", filter=tab.holds(now)) for tab in TABS}
    return requests.order_by().aggregate(**numbers)


def sort_of(asked: str, tab: Tab) -> str:
    """Return the order asked for, or the tab's own where it is none of ours."""
    return asked if asked.removeprefix("-") in SORTS else tab.sort


def sorted_by(requests: RequestQuerySet, sort: str) -> RequestQuerySet:
    """Return the requests in this order; what is equal in the order it came.

    Whatever the order, those whose record is to be checked now come first.
    """
    down = "-" if sort.startswith("-") else ""
    first = Case(When(models.CHECK_NOW, then=0), default=1)
    by = f"{down}{SORTS[sort.removeprefix('-')]}"
    return requests.order_by(first, by, "submitted_at", "id")


def crowded(user: User) -> "QuerySet[WithAnnotations[User, Crowded]]":
    """Return the practitioners with more undecided requests than one person usually has."""
    people = Request.objects.visible_to(user).undecided().practitioners_with_more_than(MANY)
    # The same rows; only a cast names what annotating added to them.
    return cast("QuerySet[WithAnnotations[User, Crowded]]", people)
