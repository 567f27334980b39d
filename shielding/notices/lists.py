"""The IW Team's page about mail: its tabs, and its rows as the tables draw them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from shielding.notices.kinds import words_of
from shielding.notices.models import DeliveryStatus, Notice, NoticeQuerySet
from shielding.notices.timers import Timer
from shielding.web import cells
from shielding.web.cells import Tag, Text, When

HEADS = ("Reference", "What about", "To", "Due", "What became of it", "Refused")
TIMER_HEADS = ("Every minute", "Last looked", "State")
TASKS = {
    "deliver_mail": "Deliver mail",
    "open_reviews": "Open reviews",
    "raise_reminders": "Raise reminders",
}
_COLOURS = {
    DeliveryStatus.QUEUED: "blue",
    DeliveryStatus.SENT: "green",
    DeliveryStatus.FAILED: "orange",
    DeliveryStatus.GIVEN_UP: "red",
    DeliveryStatus.OVERTAKEN: "grey",
}


@dataclass(frozen=True)
class Tab:
    """One list of the page: its code in the address, its words, which notices it has."""

    code: str
    label: str
    of: Callable[[NoticeQuerySet, datetime], NoticeQuerySet]


TABS = (
    Tab("", "Everything", lambda notices, now: notices),
    Tab("undelivered", "Could not be delivered", lambda notices, now: notices.undelivered(now)),
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


def rows(notices: Iterable[Notice]) -> cells.Rows:
    """Return the table of notices. The reference is the one their reader knows."""
    return [
        [
            Text(notice.mentions or "none", code=bool(notice.mentions)),
            words_of(notice.kind),
            _reader(notice),
            When(notice.due_at),
            Tag(notice.get_fate_display(), _COLOURS[DeliveryStatus(notice.fate)]),
            str(notice.mail.refusals) if notice.mail else "0",
        ]
        for notice in notices
    ]


def _reader(notice: Notice) -> Text:
    """Return whom it is for: a person, by name, or a duty mailbox by its address."""
    person = notice.recipient
    if person is None:
        return Text(notice.mailbox)
    return Text(person.name, url=reverse("person", args=[person.uid]))


def timer_rows(now: datetime) -> cells.Rows:
    """Return each regular task with when it last looked, and whether that is too long ago."""
    looked = dict(Timer.objects.values_list("name", "last_run_at"))
    late = Timer.objects.late(settings.CELERY_BEAT_SCHEDULE, now)
    return [
        [
            TASKS.get(name, name),
            When(looked[name]) if name in looked else "Never",
            Tag("Stopped", "red") if name in late else Tag("Working", "green"),
        ]
        for name in settings.CELERY_BEAT_SCHEDULE
    ]
