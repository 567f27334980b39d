"""How a practitioner fills in a request, sheet by sheet, as a person does it."""

import re
from collections.abc import Callable
from datetime import date

from django.utils import timezone

from shielding import clock
from tests.browser.support.visitor import Visitor

NOT_YET = "Not yet: I will, in a way that is safe, and confirm it here"
GROUND = "Fleeing forced marriage"
SHIELD = "Shield the record"


def today() -> date:
    return clock.today(timezone.now())


def _asks(her: Visitor, question: str) -> bool:
    """Return whether the open sheet asks this: what is fixed by now, or needless, it does not."""
    return her.page.locator(f"section#{question}").count() > 0


def _record(her: Visitor, number: str) -> None:
    if _asks(her, "number"):
        type_number(her, number)
    her.tick("The family asked")


def type_number(her: Visitor, number: str) -> None:
    her.write("Record number", number)
    her.write("Type the record number again", number)


def _who_asked(her: Visitor) -> None:
    her.tick_everything()
    her.tick("A parent or carer")
    her.date("When did you confirm it?", today())


def _ground(her: Visitor) -> None:
    if _asks(her, "ground"):
        her.tick(GROUND)
    her.tick("None of these")


def _decision(her: Visitor, manager: str, decision: str) -> None:
    her.tick_everything()
    if _asks(her, "decision"):
        her.tick(decision)
        if decision != SHIELD:
            her.tick("Being found would not increase the risk")
    her.tick(manager)
    her.date("When did they support it?", today())


def _done(her: Visitor) -> None:
    if _asks(her, "protection"):
        her.tick_everything()
        her.tick("Yes, they are shielded", "Me")
        her.date("If yes, when did you shield them?", today())
    her.tick(NOT_YET)


def answer(her: Visitor, *, number: str, manager: str, decision: str = SHIELD) -> None:
    """Answer every sheet that is asked, from the one that is open, until check your answers."""
    how: dict[str, Callable[[], None]] = {
        "record": lambda: _record(her, number),
        "who-asked": lambda: _who_asked(her),
        "ground": lambda: _ground(her),
        "decision": lambda: _decision(her, manager, decision),
        "done": lambda: _done(her),
    }
    for _ in how:
        page = page_of(her)
        if page == "check":
            return
        how[page]()
        her.press("Continue")
    assert page_of(her) == "check", f"{her.name} is still asked at {her.page.url}"


def another_child(her: Visitor, *, number: str, manager: str) -> None:
    """Answer the page for another child with the same answers, and send it."""
    type_number(her, number)
    attested = ("identity", "explained", "points", "protection", "siblings", "declaration")
    her.tick_everything(within=", ".join(f"section#{part}" for part in attested))
    her.tick("None of these")
    her.date("When did you confirm it?", today())
    her.tick(manager)
    her.date("When did they support it?", today())
    her.tick("Yes, they are shielded")
    her.date("If yes, when did you shield them?", today())
    her.tick(NOT_YET)
    her.press("Confirm and send")


def send(her: Visitor) -> str:
    """Declare, send, and return the reference to write into one's own record."""
    her.tick_everything()
    her.press("Confirm and send")
    return reference_of(her)


def page_of(her: Visitor) -> str:
    """Return the last word of the address: which sheet is open."""
    return her.page.url.partition("#")[0].rstrip("/").rpartition("/")[2]


def reference_of(her: Visitor) -> str:
    """Return the reference of the request that is open."""
    found = re.search(r"IW-[2-9A-Z]{4}-[2-9A-Z]{4}", her.page.url)
    assert found, her.page.url
    return found.group()
