"""What the apps above register with the core: plain lists, of items of the navigation and of
functions that are called in their order.

The core never imports from an app above it. An app adds to these lists when it starts, in its
AppConfig.ready(). The functions run inside the transaction of whoever calls them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.forms import Form

if TYPE_CHECKING:
    # Only mypy has it: settings.AUTH_USER_MODEL, the accounts, which lie above this module.
    from django.contrib.auth.models import _User


@dataclass(frozen=True)
class Waiting:
    """One line of somebody's to-do list: words, where it leads, and the rows it counts.

    `things` is the very queryset the page behind `url` lists, so count and list agree. What is
    `loud` presses and stands before the rest; what is `late` is past its time and stands before
    all: it alone is red. `late` says it of all of them, or is the condition of which. `mine` says
    which of the things are this person's to do, where only a colleague may do others: the page
    behind lists these for `?whose=mine`, the others for `?whose=colleague`. What nobody may do is
    no colleague's. A condition that is dear to write is given as what returns it: it is asked for
    only once something waits.
    """

    label: str
    url: str
    things: QuerySet[Any]
    loud: bool = False
    late: bool | Q = False
    mine: Q | Callable[[], Q] | None = None


@dataclass(frozen=True)
class MenuItem:
    """One item of the navigation that the people of a role see on every page.

    `place` orders the items of a role: the smaller, the further to the front.
    """

    role: str
    url_name: str
    label: str
    place: int


navigation: list[MenuItem] = []

# Names of pages that are below no item, though their address begins as that of one: what others
# ask of somebody is none of their own requests.
of_no_item: list[str] = []

# By the name of an address: the forms of the page with a slug, of which choices and dates are kept
# when a session ends.
kept: dict[str, Callable[[str], list[type[Form]]]] = {}

# What the people of a role may begin from their home page; the first of a role is a button.
to_begin: list[MenuItem] = []

# What the home page offers a line manager besides, whose role the items name.
for_managers: list[MenuItem] = []

# The names of the pages on which the IW Team, and its own source, read what placed a hold, by the
# hold's reference: one of each, of the app that places them.
page_of_hold: list[str] = []
own_page_of_hold: list[str] = []

# Functions (reference, person) -> the address of what it names among what the app keeps and this
# person sees, or "": where a search for a reference leads the IW Team.
page_of_reference: list[Callable[[str, "_User"], str]] = []


@dataclass(frozen=True)
class OpenNow:
    """A kind of thing that is open now, for the page that says how the team is doing.

    `since` names the column from which its age counts; `late` is which of them are past their time.
    """

    kind: str
    things: QuerySet[Any]
    since: str
    late: Q


# Functions (now) -> the kinds of what an app keeps that are open now, whoever may see them: for how
# many there are, by leads and auditors.
open_now: list[Callable[[datetime], list[OpenNow]]] = []

# How an access request can end, as entries say it, in words and in the order of a table.
ends_of_access: dict[str, str] = {}

waiting: list[Callable[["_User", datetime], list[Waiting]]] = []


@dataclass(frozen=True)
class DutyItem:
    """Something the IW Team has to do: its reference, the record's where one is known, its page.

    `waits` says whether there is something left to do, `to_shield` whether that is to shield the
    record, `since` when the record last began to wait for that.
    """

    reference: str
    record: str
    page: str
    waits: bool
    since: datetime | None = None
    to_shield: bool = False


# Functions (reference, person, now) -> what it names of the app's among the work of the IW Team.
duty_item: list[Callable[[str, "_User", datetime], DutyItem | None]] = []

# Functions (now) -> who of the IW Team is on duty, and hears every alert at any hour.
on_duty: list[Callable[[datetime], "list[_User]"]] = []


@dataclass(frozen=True)
class Recent:
    """A short table on somebody's home page: its caption, its cells, and where the whole list is.

    `rows` are the cells of the table component, the first of each leading to the thing.
    """

    caption: str
    heads: tuple[str, ...]
    rows: list[list[Any]]
    url: str


recent: list[Callable[["_User", datetime], Recent | None]] = []

# Functions (record, by, now) that give the page of a record a table of what an app keeps about it.
of_record: list[Callable[[Any, "_User", datetime], Recent | None]] = []


# What a person has that a hand-over would move, in the words of the app that keeps it, each with
# how many: shown before it is confirmed.
in_hand: list[Callable[["_User"], list[tuple[str, int]]]] = []

# Functions (person, to, by, now) -> how many of their drafts changed hands, run inside the
# transaction of a hand-over before any record is locked.
hand_over_drafts: list[Callable[["_User", "_User", "_User", datetime], int]] = []

# Functions (person, to, holds, by, now) -> how many of their other things changed hands, run in
# that transaction once the `holds` have gone to the colleague.
hand_over: list[Callable[["_User", "_User", list[Any], "_User", datetime], int]] = []

# Functions (person, service, by, now), run inside the transaction in which somebody goes to another
# service: what they have not sent is of that one from then on.
moved: list[Callable[["_User", Any, "_User", datetime], None]] = []

# Functions (holds, to, by, now), run inside the transaction in which holds went to another source
# than by a hand-over: what the apps keep of them follows. Their records are locked.
hand_back: list[Callable[[list[Any], "_User", "_User", datetime], None]] = []

# Functions () -> the holds, by primary key as a query, of calls whose practitioner said that they
# were not theirs: each keeps its shield, and is nobody's word for anything else.
disowned: list[Callable[[], QuerySet[Any]]] = []

# Functions (reference) -> whether it is one of the app's, and whose it is now: nobody's, where its
# practitioner said that it was not theirs.
owner_of: list[Callable[[str], "tuple[bool, _User | None]"]] = []

# Functions (record, by, now), run inside the transaction of a final unshield once it is written.
record_opened: list[Callable[[Any, "_User", datetime], None]] = []

# Functions (person, now), run inside the transaction in which a suspended account is let in again:
# what was not mailed to them meanwhile, and is theirs to do, they are told.
returned: list[Callable[["_User", datetime], None]] = []

# Functions (now) that owe what the apps above are to be reminded of, run with the core's own.
reminders: list[Callable[[datetime], None]] = []

# Functions (cast, now=...) -> an app's stories for the demo: see shielding/demo/telling.py.
demo: list[Callable[..., Iterable[Any]]] = []
