"""What every page's frame shows: the council, who is signed in and where they may go."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from shielding.roles import Role

# URL name and words, in the order of the navigation. A page below an item belongs to that item.
_NAVIGATION: dict[str, tuple[tuple[str, str], ...]] = {
    Role.PRACTITIONER: (
        ("home", "Home"),
        ("request_list", "Your requests"),
        ("access_list", "Your access requests"),
        ("guidance", "Guidance"),
    ),
    Role.IW: (
        ("home", "Home"),
        ("desk_queue", "Work queue"),
        ("brokerage_queue", "Brokerage"),
        ("review_list", "Reviews"),
        ("find_record", "Find a record"),
        ("people", "People and services"),
        ("logbook", "Logbook"),
        ("guidance", "Guidance"),
    ),
    Role.AUDITOR: (("home", "Home"), ("logbook", "Logbook"), ("guidance", "Guidance")),
    Role.ADMINISTRATOR: (
        ("home", "Home"),
        ("people", "Accounts"),
        ("notices", "Mail"),
        ("guidance", "Guidance"),
    ),
}
# Below an item by their address alone: what others ask of somebody is none of their own requests.
_OF_NO_ITEM = ("access_to_agree", "liaison_list")


@dataclass(frozen=True)
class Item:
    """One item of the service navigation; `current` marks where the person is."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Shell:
    """The frame of a page. Made from settings alone unless somebody is signed in."""

    council: str = field(default_factory=lambda: settings.COUNCIL_NAME)
    service: str = field(default_factory=lambda: settings.SERVICE_NAME)
    banner: str = field(default_factory=lambda: settings.PHASE_BANNER)
    system: str = field(default_factory=lambda: settings.SYSTEM_NAME)
    phone: str = field(default_factory=lambda: settings.COUNCIL_PHONE)
    phone_out_of_hours: str = field(default_factory=lambda: settings.COUNCIL_PHONE_OUT_OF_HOURS)
    email: str = field(default_factory=lambda: settings.COUNCIL_EMAIL)
    idle_minutes: int = field(default_factory=lambda: settings.SESSION_IDLE_MINUTES)
    person: Any = None
    items: tuple[Item, ...] = ()
    # The address of this page, to come back to; "" after a button. Never with what was typed in it.
    here: str = ""

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
    return {"shell": Shell(person=person, items=_items(person.role, request.path), here=here)}


def _items(role: str, path: str) -> tuple[Item, ...]:
    addresses = [(reverse(name), label) for name, label in _NAVIGATION.get(role, ())]
    # "/" begins every path, so the longest address that fits is the item somebody is in.
    known = [url for url, _ in addresses] + [reverse(name) for name in _OF_NO_ITEM]
    here = max((url for url in known if path.startswith(url)), key=len, default="")
    if here == "/" and path != "/":
        here = ""
    return tuple(Item(label, url, url == here) for url, label in addresses)
