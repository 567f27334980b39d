"""The lists of the page about mail: its tabs, and which notices each has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from shielding.notices.models import NoticeQuerySet
from shielding.web import cells


@dataclass(frozen=True)
class Tab:
    """One list of the page: its code in the address, its words, which notices it has.

    `sends` is of the one whose mail has a button that sends it again.
    """

    code: str
    label: str
    of: Callable[[NoticeQuerySet, datetime], NoticeQuerySet]
    sends: bool = False


TABS = (
    Tab("", "Everything", lambda notices, now: notices),
    Tab(
        "undelivered",
        "Could not be delivered",
        lambda notices, now: notices.undelivered(now),
        sends=True,
    ),
    Tab("owed", "To be delivered", lambda notices, now: notices.owed()),
)


def tab_of(code: str) -> Tab:
    """Return the tab of this code, and everything for a code there is not."""
    return next((tab for tab in TABS if tab.code == code), TABS[0])


def tabs(current: Tab) -> list[cells.Tab]:
    """Return the tabs as they are drawn."""
    return [
        cells.Tab(
            tab.label,
            reverse("notices") + (f"?show={tab.code}" if tab.code else ""),
            current=tab is current,
        )
        for tab in TABS
    ]
