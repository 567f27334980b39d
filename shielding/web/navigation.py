"""What every page's frame shows: the council, who is signed in and where they may go."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from logbook.days import clock_now, london_day
from shielding import hooks
from shielding.hooks import MenuItem
from shielding.phone_numbers import as_dialled, is_invented
from shielding.roles import Role

# The core's own items; the apps above register theirs. A page below an item belongs to that item.
_OF_THE_CORE = (
    MenuItem(Role.PRACTITIONER, "home", "Home", 0),
    MenuItem(Role.PRACTITIONER, "guidance", "Guidance", 90),
    MenuItem(Role.IW, "home", "Home", 0),
    MenuItem(Role.IW, "review_list", "Reviews", 30),
    MenuItem(Role.IW, "find_record", "Find a record", 40),
    MenuItem(Role.IW, "people", "People and services", 50),
    MenuItem(Role.IW, "logbook", "Logbook", 60),
    MenuItem(Role.IW, "guidance", "Guidance", 90),
    MenuItem(Role.AUDITOR, "home", "Home", 0),
    MenuItem(Role.AUDITOR, "find_record", "Find a record", 40),
    MenuItem(Role.AUDITOR, "logbook", "Logbook", 60),
    MenuItem(Role.AUDITOR, "guidance", "Guidance", 90),
    MenuItem(Role.ADMINISTRATOR, "home", "Home", 0),
    MenuItem(Role.ADMINISTRATOR, "people", "Accounts", 50),
    MenuItem(Role.ADMINISTRATOR, "notices", "Mail", 60),
    MenuItem(Role.ADMINISTRATOR, "guidance", "Guidance", 90),
)
# Who has a search box on every page.
_SEARCH = (Role.IW, Role.AUDITOR)


@dataclass(frozen=True)
class Item:
    """One item of the service navigation; `current` marks where the person is."""

    label: str
    url: str
    current: bool


EMERGENCY = "999"


def _out_of_hours() -> str:
    """Return the number to phone at night; 999 where none is set that anybody would answer.

    On a machine that talks to itself the example's number stands: nobody phones from a demo.
    """
    number: str = settings.COUNCIL_PHONE_OUT_OF_HOURS
    return EMERGENCY if is_invented(number) and not settings.LOCAL_HTTP else number


@dataclass(frozen=True)
class Shell:
    """The frame of a page. Made from settings alone unless somebody is signed in."""

    council: str = field(default_factory=lambda: settings.COUNCIL_NAME)
    service: str = field(default_factory=lambda: settings.SERVICE_NAME)
    banner: str = field(default_factory=lambda: settings.PHASE_BANNER)
    system: str = field(default_factory=lambda: settings.SYSTEM_NAME)
    phone: str = field(default_factory=lambda: settings.COUNCIL_PHONE)
    phone_out_of_hours: str = field(default_factory=_out_of_hours)
    email: str = field(default_factory=lambda: settings.COUNCIL_EMAIL)
    idle_minutes: int = field(default_factory=lambda: settings.SESSION_IDLE_MINUTES)
    today: date = field(default_factory=lambda: london_day(clock_now()))
    # Where the demo's clock is moved; "" anywhere but in the demo.
    clock_url: str = field(default_factory=lambda: settings.DEMO_CLOCK and reverse("demo_clock"))
    # In the demo alone: whoever knows a password is let in.
    password_alone: bool = field(default_factory=lambda: not settings.SECOND_FACTOR)
    person: Any = None
    items: tuple[Item, ...] = ()
    # The address of this page, to come back to; "" after a button. Never with what was typed in it.
    here: str = ""
    # Where the search box leads; "" for whoever has none, and on the search page itself.
    search: str = ""

    @property
    def phone_to_dial(self) -> str:
        """The number to phone at night, as a telephone dials it."""
        return as_dialled(self.phone_out_of_hours)

    @property
    def idle_seconds(self) -> int:
        """Half a minute less than the limit: the server may count that much stricter."""
        return self.idle_minutes * 60 - 30


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Return the frame for this request, without a person where nobody is signed in."""
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return {"shell": Shell()}
    here = request.path if request.method == "GET" else ""
    search = reverse("search")
    return {
        "shell": Shell(
            person=person,
            items=_items(person.role, request.path),
            here=here,
            search=search if person.role in _SEARCH and request.path != search else "",
        )
    }


def _items(role: str, path: str) -> tuple[Item, ...]:
    items = [item for item in (*_OF_THE_CORE, *hooks.navigation) if item.role == role]
    items.sort(key=lambda item: item.place)
    addresses = [(reverse(item.url_name), item.label) for item in items]
    # "/" begins every path, so the longest address that fits is the item somebody is in.
    known = [url for url, _ in addresses] + [reverse(name) for name in hooks.of_no_item]
    here = max((url for url in known if path.startswith(url)), key=len, default="")
    if here == "/" and path != "/":
        here = ""
    return tuple(Item(label, url, url == here) for url, label in addresses)
