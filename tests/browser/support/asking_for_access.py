"""How a practitioner fills in an access request, page by page, as a person does it."""

from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from shielding import clock
from tests.browser.support.asking import page_of, type_number
from tests.browser.support.visitor import Visitor


def answer(her: Visitor, *, number: str) -> None:
    """Answer every page that is asked, from the one that is open, until check your answers."""
    today = clock.today(timezone.now())
    how: dict[str, Callable[[], None]] = {
        "record": lambda: _record(her, number),
        "need": lambda: her.tick(
            "Agree one plan",
            "To be contacted",
            "Our own records do not say whom to ask",
            "My line manager",
            "A court",
        ),
        "terms": lambda: _terms(her, today),
    }
    for _ in how:
        page = page_of(her)
        if page == "check":
            return
        how[page]()
        her.press("Continue")
    assert page_of(her) == "check", f"{her.name} is still asked at {her.page.url}"


def _record(her: Visitor, number: str) -> None:
    type_number(her, number)
    her.tick("Assessment")


def _terms(her: Visitor, day: date) -> None:
    her.date("Until when do you need it?", day + timedelta(days=30))
    her.tick("Yes, it is documented there")
    her.date("If yes, when?", day)
