"""The work queue's lists: which requests a tab holds, how they are narrowed, counted and sorted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import django_filters
from django.db.models import Count, Value
from django.http import QueryDict

from requests_app.models import RequestQuerySet
from shielding import clock
from shielding.accounts.fields import Form
from shielding.accounts.models import Service
from shielding.grounds import CHOICES

DUE = (("overdue", "Overdue"), ("today", "Due today"), ("week", "Due this week"))


@dataclass(frozen=True)
class Tab:
    """One list of the queue; its count is the count of these very rows."""

    code: str
    label: str
    rows: Callable[[RequestQuerySet], RequestQuerySet]
    sort: str = "due"


TABS = (
    Tab("to_shield", "To shield", RequestQuerySet.to_shield, "submitted"),
    Tab("to_decide", "To decide", RequestQuerySet.to_decide),
    Tab("second_look", "Second look", RequestQuerySet.for_second_look),
    Tab("with_practitioner", "With the practitioner", RequestQuerySet.with_practitioner),
    Tab("phoned", "Phoned", RequestQuerySet.phoned_unconfirmed, "submitted"),
    Tab("open", "All open", RequestQuerySet.open_at_desk),
)
TAB = {tab.code: tab for tab in TABS}

SORTS = {
    "due": "review__due",
    "submitted": "submitted_at",
    "ground": "ground",
    "service": "service__name",
}


class QueueFilter(django_filters.FilterSet):
    """Narrows a list by what an address may say: codes only, never a name or a number.

    A filter that makes no sense is said beside its field and lists nothing, so that nobody takes
    a part for the whole.
    """

    due = django_filters.ChoiceFilter(
        label="First review", choices=DUE, empty_label="Any day", method="by_due"
    )
    service = django_filters.ModelChoiceFilter(
        label="Service",
        queryset=Service.objects.all(),
        to_field_name="code",
        empty_label="Any service",
    )
    ground = django_filters.ChoiceFilter(label="Ground", choices=CHOICES, empty_label="Any ground")

    class Meta:
        form = Form

    def __init__(self, data: QueryDict, *, queryset: RequestQuerySet, now: datetime) -> None:
        super().__init__(data, queryset=queryset)
        self.today = clock.today(now)
        self.form.fields["service"].label_from_instance = lambda service: service.name

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
        found: RequestQuerySet = self.qs
        return found if self.is_valid() else found.none()

    @property
    def used(self) -> dict[str, str]:
        """The filters in use, by name, as they stand in the address."""
        return {
            name: self.data[name]
            for name in self.filters
            if self.data.get(name) and name not in self.form.errors
        }

    def words(self, name: str) -> str:
        """Return the answer to one filter as it was shown."""
        value: Any = self.form.cleaned_data[name]
        if isinstance(value, Service):
            return value.name
        return str(dict(self.form.fields[name].choices)[value])


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def counts(requests: RequestQuerySet) -> dict[str, int]:
    """Return how many of these requests each tab holds, by one query."""
    parts = [
        tab.rows(requests.all())
        .order_by()
        .annotate(tab=Value(tab.code))
        .values("tab")
        .annotate(number=Count("pk"))
        for tab in TABS
    ]
    found = {row["tab"]: row["number"] for row in parts[0].union(*parts[1:], all=True)}
    return {tab.code: found.get(tab.code, 0) for tab in TABS}


def sort_of(asked: str, tab: Tab) -> str:
    """Return the order asked for, or the tab's own where it is none of ours."""
    return asked if asked.removeprefix("-") in SORTS else tab.sort


def sorted_by(requests: RequestQuerySet, sort: str) -> RequestQuerySet:
    """Return the requests in this order; what is equal in the order it came."""
    down = "-" if sort.startswith("-") else ""
    return requests.order_by(f"{down}{SORTS[sort.removeprefix('-')]}", "submitted_at", "id")
