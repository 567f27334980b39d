"""The page of the work queue, made from its address: tab, filters, order and page.

What a row shows is in queue_rows.py, which requests a tab holds in lists.py.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from requests_app.desk import lists, queue_rows
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.duty.taken import who_has
from shielding.web import cells
from shielding.web.paging import A_PAGE, WHOSE, of_whom

if TYPE_CHECKING:
    _Paginator = Paginator[Mapping[str, Any]]  # which Django can say to mypy only
else:
    _Paginator = Paginator


class Pages(_Paginator):
    """Pages of a list whose count is known already: its tab's, of the same rows."""

    def __init__(self, rows: "QuerySet[Any, Any]", count: int) -> None:
        super().__init__(rows, A_PAGE)
        self.count = count


class Queue:
    """One view of the queue; whatever an address says, it is a list somebody can work from."""

    def __init__(self, address: QueryDict, *, reader: User, now: datetime) -> None:
        self.now = now
        self.tab = lists.TAB.get(address.get("tab", ""), lists.TABS[0])
        self.asked_sort = address.get("sort", "")
        self.sort = lists.sort_of(self.asked_sort, self.tab)
        everything = Request.objects.visible_to(reader)
        self.narrowed = lists.QueueFilter(address, queryset=everything, now=now)
        self.page_number = address.get("page")
        whose = address.get("whose", "")
        self.whose = whose if self.tab.code in lists.MINE and whose in WHOSE else ""
        self.reader = reader

    def context(self) -> dict[str, Any]:
        """Return what the template draws: 25 references, and the count of every tab."""
        narrowed, tab = self.narrowed, self.tab
        requests = narrowed.requests.filter(tab.holds(self.now))
        numbers = lists.counts(narrowed.requests, self.now)
        count = numbers[tab.code]
        if self.whose:
            mine = lists.MINE[tab.code](self.reader, self.now)
            requests = of_whom(requests, mine, self.whose)
            count = requests.count()
        rows = lists.sorted_by(requests, self.sort).values(*queue_rows.COLUMNS)
        page = Pages(rows, count).get_page(self.page_number)
        has = who_has(map(queue_rows.work_of, page), self.now)
        here = _address(tab=tab.code, **self._kept(), **narrowed.used)
        return {
            "title": "Work queue",
            "caption": f"{tab.label}: {WHOSE[self.whose]}" if self.whose else tab.label,
            "tabs": self._tabs(numbers),
            "form": narrowed.form,
            "chips": self._chips(),
            "keep": {"tab": tab.code} | self._kept(),
            "clear_url": _address(tab=tab.code),
            "page": page,
            "heads": queue_rows.heads(tab, here, self.sort),
            "rows": queue_rows.rows(page, tab, self.now, has=has),
        }

    def _kept(self) -> dict[str, str]:
        """Return what goes along besides the filters: whose it is to do, where that is asked."""
        return {"whose": self.whose} if self.whose else {}

    def _tabs(self, numbers: dict[str, int]) -> list[cells.Tab]:
        """Return the tabs with their counts; filters and order go along.

        Where a filter makes no sense nothing is listed, and nothing was counted.
        """
        kept = self.narrowed.used
        if self.asked_sort == self.sort:
            kept = kept | {"sort": self.sort}
        return [
            cells.Tab(
                tab.label,
                _address(tab=tab.code, **kept),
                current=tab == self.tab,
                count=numbers[tab.code] if self.narrowed.is_valid() else None,
            )
            for tab in lists.TABS
        ]

    def _chips(self) -> list[cells.Chip]:
        """Return the filters in use, each with the address of the list without it."""
        used = {name: self.narrowed.words(name) for name in self.narrowed.used}
        if self.whose:
            used["whose"] = WHOSE[self.whose].capitalize()
        kept = self.narrowed.used | self._kept()
        return [
            cells.Chip(
                words,
                _address(
                    tab=self.tab.code, **{other: kept[other] for other in kept if other != name}
                ),
            )
            for name, words in used.items()
        ]


def _address(**filters: Any) -> str:
    return f"{reverse('desk_queue')}?{urlencode(filters)}"
