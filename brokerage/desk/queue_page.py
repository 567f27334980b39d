"""The page of the brokerage desk's lists, made from its address: tab, order and page.

What a row shows is in queue_rows.py, which access requests a tab holds in lists.py.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import QueryDict
from django.urls import reverse

from brokerage.desk import lists, queue_rows
from brokerage.models import AccessRequest
from shielding.accounts.models import User
from shielding.duty.taken import Work, who_has
from shielding.web import cells
from shielding.web.paging import A_PAGE, WHOSE, of_whom


class Queue:
    """One view of the lists; whatever an address says, it is a list somebody can work from."""

    def __init__(self, address: QueryDict, *, reader: User, now: datetime) -> None:
        self.now = now
        self.tab = lists.TAB.get(address.get("tab", ""), lists.TABS[0])
        self.sort = lists.sort_of(address.get("sort", ""), self.tab)
        self.everything = AccessRequest.objects.visible_to(reader)
        self.page_number = address.get("page")
        self.mine = lists.mine_in(self.tab.code, reader, now)
        whose = address.get("whose", "")
        self.whose = whose if self.mine is not None and whose in WHOSE else ""

    def context(self) -> dict[str, Any]:
        """Return what the template draws: 25 references, and the count of every tab."""
        numbers = lists.counts(self.everything, self.now)
        listed = lists.in_tab(self.everything, self.tab.code, self.now)
        if self.mine is not None:
            listed = of_whom(listed, self.mine, self.whose)
        rows = lists.sorted_by(lists.marked(listed, self.now), self.sort, self.tab)
        page = Paginator(rows.values(*queue_rows.COLUMNS), A_PAGE).get_page(self.page_number)
        has = who_has((Work(row["reference"]) for row in page), self.now)
        return {
            "title": "Brokerage",
            "caption": self._caption(),
            "tabs": [self._tab(tab, numbers[tab.code]) for tab in lists.TABS],
            "page": page,
            "heads": queue_rows.heads(
                self.tab, address_of(self.tab.code, whose=self.whose), self.sort
            ),
            "rows": queue_rows.rows(page, self.tab, self.now, has=has),
        }

    def _caption(self) -> str:
        return f"{self.tab.label}: {WHOSE[self.whose]}" if self.whose else self.tab.label

    def _tab(self, tab: lists.Tab, count: int) -> cells.Tab:
        current = tab == self.tab
        return cells.Tab(tab.label, address_of(tab.code), current=current, count=count)


def address_of(tab: str, *, whose: str = "") -> str:
    """Return the address of one list, or of what in it is somebody's to do."""
    asked = {"tab": tab} | ({"whose": whose} if whose else {})
    return f"{reverse('brokerage_queue')}?{urlencode(asked)}"
