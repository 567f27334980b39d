"""What comes out of a printer: pages whole on A4, and what is never to be on paper not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import ViewportSize

from shielding.models import Record
from tests.browser.support.caseload import Caseload
from tests.browser.support.visitor import DESKTOP, Visitor

pytestmark = pytest.mark.django_db(transaction=True)

# A4 between margins of 15 mm, at 96 dots an inch.
PAPER: ViewportSize = {"width": 680, "height": 1009}
_PRINTED = """() => {
  const shown = element => element.checkVisibility({ contentVisibilityAuto: true })
  const elements = [...document.querySelectorAll('main *')].filter(shown)
  return {
    words: document.body.innerText,
    cut: elements.filter(one => one.getBoundingClientRect().right > innerWidth + 1).length,
    addresses: [...document.querySelectorAll('a[href]')].filter(
      link => !['none', 'normal', '""'].includes(getComputedStyle(link, '::after').content)
    ).length,
    heads: [...document.querySelectorAll('main thead th')].filter(shown).length,
  }
}"""


def printed(visitor: Visitor) -> Any:
    """Return what paper shows of the open page: its words, and what is cut off or added."""
    visitor.page.set_viewport_size(PAPER)
    visitor.page.emulate_media(media="print")
    found = visitor.page.evaluate(_PRINTED)
    visitor.page.emulate_media(media="null")
    visitor.page.set_viewport_size(DESKTOP)
    return found


def opened(visitor: Visitor, address: str) -> Any:
    visitor.open(address)
    return printed(visitor)


def test_pages_are_whole_on_paper_and_some_lists_are_never_on_it(
    case: Caseload, seated: Callable[[str], Visitor]
) -> None:
    member, auditor, practitioner = seated("iw"), seated("auditor"), seated("practitioner")
    request, record = case.reference("applied"), case.record("applied")
    queue = reverse("desk_queue")
    whole = {
        f"{queue}?tab=open": opened(member, f"{queue}?tab=open"),
        "request": opened(member, reverse("desk_request", args=[request])),
        "record": opened(member, reverse("record_detail", args=[record])),
        "own request": opened(practitioner, reverse("request_detail", args=[request])),
        "worksheet": opened(practitioner, reverse("worksheet")),
        "people": opened(member, reverse("people")),
    }
    agreed = case.reference("agreed_then_applied")
    practitioner.open(reverse("request_letter", args=[agreed, "agreed"]))
    practitioner.tick("It is safe to hand this over")
    practitioner.press("Show the letter to print")
    whole["letter"] = printed(practitioner)
    auditor.open(reverse("logbook") + f"?reference={request}")
    whole["entries of a request"] = printed(auditor)
    auditor.page.locator("main table th a").first.click()
    whole["entry"] = printed(auditor)
    assert {name: (page["cut"], page["addresses"]) for name, page in whole.items()} == (
        dict.fromkeys(whole, (0, 0))
    )
    assert whole[f"{queue}?tab=open"]["heads"] == member_heads(member, f"{queue}?tab=open")
    assert request in whole["entries of a request"]["words"]
    assert "Opened on" in whole["request"]["words"]
    assert "Opened on" not in whole["letter"]["words"]

    never = {
        "reviews": reverse("review_list"),
        "to unshield": reverse("records_to_unshield"),
        "being unshielded": reverse("records_being_unshielded"),
        "without practitioner": reverse("holds_without_practitioner"),
        "releases": reverse("words_to_attest"),
        "check again": reverse("records_to_check_again"),
        "entries of an event": reverse("logbook") + "?event=request_submitted",
        "entries": reverse("logbook"),
    }
    on_screen, on_paper = {}, {}
    for name, address in never.items():
        on_paper[name] = "IW-" in opened(member, address)["words"]
        on_screen[name] = "IW-" in member.text()
    assert on_screen == dict.fromkeys(never, True)
    assert on_paper == dict.fromkeys(never, False)

    number = Record.objects.get(reference=record).number_in_clear()
    for who, address in (
        (member, reverse("record_detail", args=[record])),
        (member, reverse("desk_request", args=[request])),
        (practitioner, reverse("request_detail", args=[request])),
    ):
        who.open(address)
        who.press("Show record number" if who is member else "Show the record number")
        assert number in who.text()
        assert number not in printed(who)["words"]


def member_heads(member: Visitor, address: str) -> int:
    """Return how many heads the list has on a screen."""
    member.open(address)
    return member.page.locator("main thead th").count()
