"""What waits for somebody is at home, on a phone, without a script: the first of it at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize

from logbook.days import clock_now
from requests_app.desk import actions as desk
from requests_app.models import Request
from tests.browser.support.visitor import Visitor
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import DAY

pytestmark = pytest.mark.django_db(transaction=True)
SMALL_PHONE: ViewportSize = {"width": 375, "height": 667}


def at_a_phone(signed_in: Callable[..., Visitor], person: object) -> Visitor:
    return signed_in(person, javascript=False, viewport=SMALL_PHONE)


def seen_by_axe(signed_in: Callable[..., Visitor], person: object, path: str) -> list[str]:
    """Return what is wrong with a page; axe itself needs scripts."""
    visitor = signed_in(person)
    visitor.open(path)
    return visitor.faults()


def ends_at(visitor: Visitor, task: str) -> float:
    """Return how far down the page a link of the page's own part ends."""
    box = visitor.page.get_by_role("main").get_by_role("link", name=task).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_the_first_task_is_on_a_phone_at_once(signed_in: Callable[..., Visitor]) -> None:
    now = clock_now()
    asked = a_request(now=now - 6 * DAY)
    manager = a_practitioner(name="Mo Manager")
    her = at_a_phone(signed_in, asked.practitioner)
    her.reads("Reviews to answer", "Ask for a shield", "Ask to reach somebody")
    assert ends_at(her, "Reviews to answer") <= SMALL_PHONE["height"]
    assert seen_by_axe(signed_in, asked.practitioner, "/") == []
    idle = at_a_phone(signed_in, manager)
    idle.reads("You have nothing to do.")
    idle.press("Ask to reach somebody")
    assert "/access/start/" in idle.page.url
    team = [an_iw_member() for _ in range(3)]  # fewer are warned of above all
    him = signed_in(team[0], viewport=SMALL_PHONE)  # whose long menu is folded by a script
    him.reads("Records to shield, not yet applied: 1")
    assert ends_at(him, asked.reference) <= SMALL_PHONE["height"]


def test_from_what_waits_to_the_decision(signed_in: Callable[..., Visitor]) -> None:
    now, first = clock_now(), an_iw_member(name="Fay First")
    (own, others) = (a_request(now=now - DAY).reference for _ in range(2))
    sol = an_iw_member(name="Sol Second")
    for reference, by in ((own, sol), (others, first)):
        request = Request.objects.get(reference=reference)
        desk.propose_not_agreed(
            request, reason="well_known", seen=request.changed_at, by=by, now=now
        )
    him = at_a_phone(signed_in, sol)
    him.reads("Yours to do", "For a colleague to do")
    him.page.locator("a[href*='whose=colleague']").first.click()
    him.reads("Remove filter For a colleague to do", own)
    him.does_not_read(others)
    him.open("/")
    him.follow("For a second look")
    him.does_not_read(own)
    him.follow(others)
    him.page.get_by_role("main").get_by_role("link", name="Shield and decide").first.click()
    assert him.page.url.endswith("#act")
    headings = him.page.locator("main h2, main h3").all_inner_texts()
    acting = headings.index("Shield and decide")
    assert headings[acting + 1 :][:3] == [
        "Attest that the record is shielded",
        "Confirm that it is not agreed",
        "Overturn the proposal",
    ]
    assert seen_by_axe(signed_in, sol, "/") == []


def test_attesting_and_deciding_stand_together(signed_in: Callable[..., Visitor]) -> None:
    asked = a_request(now=clock_now() - DAY)
    member = an_iw_member()
    him = at_a_phone(signed_in, member)
    him.follow(asked.reference)
    him.page.get_by_role("main").get_by_role("link", name="Shield and decide").click()
    headings = him.page.locator("main h2, main h3").all_inner_texts()
    acting = headings.index("Shield and decide")
    assert headings[acting + 1 :][:5] == [
        "Attest that the record is shielded",
        "Agree the request",
        "Return it with a query",
        "Propose not to agree",
        "What happened",
    ]
    assert seen_by_axe(signed_in, member, him.page.url) == []
