"""How a practitioner fills in an access request, page by page, as a person does it."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from shielding import clock
from tests.browser.support.asking import page_of
from tests.browser.support.visitor import Visitor


def answer(her: Visitor, *, number: str) -> None:
    """Answer every page that is asked, from the one that is open, until check your answers."""
    today = clock.today(timezone.now())
    how: dict[str, Callable[[], None]] = {
        "number": lambda: type_number(her, number),
        "purpose": lambda: her.tick("Assessment"),
        "sought": lambda: her.tick("To be contacted"),
        "need": lambda: her.tick("Agree one plan"),
        "otherwise": lambda: her.tick("Our own records do not say whom to ask"),
        "seen-by": lambda: her.tick("My line manager", "A court"),
        "until": lambda: her.date("Until when do you need it?", today + timedelta(days=30)),
        "documented": lambda: _documented(her, today),
    }
    for _ in how:
        page = page_of(her)
        if page == "check":
            return
        how[page]()
        her.press("Continue")
    assert page_of(her) == "check", f"{her.name} is still asked at {her.page.url}"


def type_number(her: Visitor, number: str) -> None:
    her.write("Record number", number)
    her.write("Type the record number again", number)


def _documented(her: Visitor, day: object) -> None:
    her.tick("Yes, it is documented there")
    her.date("If yes, when?", day)
