"""How the team is doing, on a phone that runs no script; and the logbook by service, unfolded."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.days import london_day, start_of
from logbook.events import EVENTS
from logbook.figures.months import closed_months
from logbook.references import new_reference
from logbook.writing import log_entry_alone
from tests.browser.support.caseload import Caseload, Office
from tests.browser.support.visitor import PHONE, Visitor
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Visitor]


def a_year(office: Office) -> None:
    """Let the entries of a year and more say how the work went: more in one month than another."""
    hour = timedelta(hours=1)
    for place, month in enumerate(closed_months(london_day(timezone.now()), 14)):
        at = start_of(month.days.first) + timedelta(days=9, hours=12)
        for number in range(3 + place * 5 % 13):
            about = {"reference": new_reference(), "record_reference": new_reference()}
            asked = at - (number + 1) ** 2 * hour
            placed = {**dict.fromkeys(EVENTS["hold_placed"].facts, "a_code"), **about}
            log_entry_alone("hold_placed", by=office.practitioner, at=asked, **placed)
            attested = {**dict.fromkeys(EVENTS["shield_applied"].facts, "a_code"), **about}
            log_entry_alone("shield_applied", by=office.iw, at=at, **attested)
            late = {"outcome": "still_needed", "days_late": number // 9}
            due = {"due": london_day(at)}
            log_entry_alone("review_opened", by=office.iw, at=asked, **due, **about)
            log_entry_alone("first_review_concluded", by=office.iw, at=at, **late, **about)
            ended = {"manager": office.manager.uid, "reason": "ask_first"}
            about = {"reference": new_reference()}
            log_entry_alone("access_declined", by=office.manager, at=at, **ended, **about)


def on_a_phone(signed_in: SignIn, person: object) -> Visitor:
    visitor = signed_in(person, javascript=False)
    visitor.page.set_viewport_size(PHONE)
    return visitor


def seen_by_axe(signed_in: SignIn, person: object, *paths: str) -> list[str]:
    """Return what is wrong with pages; axe itself needs scripts."""
    visitor, found = signed_in(person), []
    for path in paths:
        visitor.open(path)
        found += visitor.faults()
    return found


@pytest.mark.behind_the_acts("a year that entries alone tell of")
def test_from_home_to_the_figures_to_the_board_and_to_a_file(
    signed_in: SignIn, case: Caseload
) -> None:
    a_year(case.office)
    auditor, lead = an_auditor(), an_iw_member(lead=True)
    her = on_a_phone(signed_in, auditor)
    her.follow("How we are doing")
    her.reads("Open now", "Requests to decide", "First reviews due", "90th percentile")
    with her.page.expect_download() as saved:
        her.page.get_by_role("button", name="Save these figures as a file").click()
    assert saved.value.suggested_filename == "figures.csv"
    text = saved.value.path().read_text()
    assert text.startswith("Quarter,What,By,Which,How many")
    assert ",c\n" in text
    her.follow("Figures for the Safeguarding Board")
    her.reads("A number under six is hidden", "Declined by the line manager", "still open c")
    assert her.page.locator("svg.app-bars").count() == 5

    him = on_a_phone(signed_in, lead)
    him.follow("How we are doing")
    him.does_not_read("Save these figures as a file")
    for medium, is_read in (("print", False), ("screen", True)):
        him.page.emulate_media(media=medium)
        assert ("First reviews due" in him.text()) is is_read
    him.follow("Figures for the Safeguarding Board")
    him.page.emulate_media(media="print")
    him.reads("First reviews due")
    paths = ("/how-we-are-doing/", "/how-we-are-doing/board/")
    assert seen_by_axe(signed_in, auditor, *paths) == []


def test_a_lead_reads_what_a_service_did_and_unfolds_what_was_opened_again(
    signed_in: SignIn,
) -> None:
    school = a_service("Elm Road School")
    teacher = a_practitioner(name="Tess Teacher", service=school)
    request = a_request(teacher, now=timezone.now())
    lead = an_iw_member(lead=True)
    working = signed_in(teacher)
    for _ in range(4):
        working.open(f"/requests/{request.reference}/")
    him = on_a_phone(signed_in, lead)
    him.open("/logbook/")
    him.pick("Service of whoever did it", f"Elm Road School, {school.code}")
    him.press("Apply filters")
    him.reads(
        "4 entries since",
        f"opened {request.reference}",
        "Service of whoever did it: Elm Road School",
    )
    him.follow("Show each entry")
    him.does_not_read("entries since")
    assert him.text().count(f"opened {request.reference}") == 4
    him.follow("Show entries that say the same as one row")
    him.reads("4 entries since")
    path = him.page.url.split("/", 3)[3]
    assert seen_by_axe(signed_in, lead, f"/{path}") == []
