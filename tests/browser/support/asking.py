"""How a practitioner fills in a request, page by page, as a person does it."""

import re
from collections.abc import Callable

from django.utils import timezone

from shielding import clock
from tests.browser.support.visitor import Visitor

NOT_YET = "Not yet: I will, in a way that is safe, and confirm it here"
GROUND = "Fleeing forced marriage"


def today() -> object:
    return clock.today(timezone.now())


def _number(her: Visitor, number: str) -> None:
    her.write("Record number", number)
    her.write("Type the record number again", number)


def _identity(her: Visitor) -> None:
    her.tick("A parent or carer", "I have confirmed who they are")
    her.date("When did you confirm it?", today())


def _manager(her: Visitor, manager: str) -> None:
    her.tick(manager)
    her.date("When did they support it?", today())


def _protection(her: Visitor) -> None:
    her.tick("Yes, they are shielded")
    her.date("If yes, when?", today())
    her.tick_everything()


def answer(her: Visitor, *, number: str, manager: str, decision: str = "Shield the record") -> None:
    """Answer every page that is asked, from the one that is open, until check your answers."""
    how: dict[str, Callable[[], None]] = {
        "number": lambda: _number(her, number),
        "origin": lambda: her.tick("The family asked"),
        "identity": lambda: _identity(her),
        "explained": her.tick_everything,
        "ground": lambda: her.tick(GROUND),
        "points": her.tick_everything,
        "not-grounds": lambda: her.tick("None of these"),
        "decision": lambda: her.tick(decision),
        "reason": lambda: her.tick("Being found would not increase the risk"),
        "manager": lambda: _manager(her, manager),
        "protection": lambda: _protection(her),
        "siblings": her.tick_everything,
        "lead-professional": lambda: her.tick("Me"),
        "family": lambda: her.tick(NOT_YET),
    }
    for _ in how:
        page = page_of(her)
        if page == "check":
            return
        how[page]()
        her.press("Continue")
    assert page_of(her) == "check", f"{her.name} is still asked at {her.page.url}"


def send(her: Visitor) -> str:
    """Declare, send, and return the reference to write into one's own record."""
    her.tick_everything()
    her.press("Confirm and send")
    return reference_of(her)


def page_of(her: Visitor) -> str:
    """Return the last word of the address: which question is open."""
    return her.page.url.rstrip("/").rpartition("/")[2]


def reference_of(her: Visitor) -> str:
    """Return the reference of the request that is open."""
    found = re.search(r"IW-[2-9A-Z]{4}-[2-9A-Z]{4}", her.page.url)
    assert found, her.page.url
    return found.group()
