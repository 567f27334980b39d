"""From the box above every page to whatever was looked for, on a phone that runs no script."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from tests.browser.support.visitor import PHONE, Visitor
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member
from tests.support.shielded_records import DAY, shielded_for

pytestmark = pytest.mark.django_db(transaction=True)
OF_TEAM = "Search for a reference, a person, a service or a record number"
OF_AUDITORS = "Search for a reference or a record number"


def test_what_is_looked_for_is_found_from_every_page(signed_in: Callable[..., Visitor]) -> None:
    school = a_service("Elm Road School")
    teacher = a_practitioner(name="Tess Teacher", service=school)
    (hold,) = shielded_for(teacher, now=timezone.now() - 20 * DAY)
    number = hold.record.number_in_clear()
    him = signed_in(an_iw_member(name="Ian Member"), javascript=False)
    him.page.set_viewport_size(PHONE)

    def look_for(sought: str) -> None:
        him.write(OF_TEAM, sought)
        him.press("Search")

    look_for(hold.reference.lower())
    him.reads(hold.reference)
    assert him.page.url.endswith(f"/desk/requests/{hold.reference}/")
    look_for("tess t")
    him.follow("Tess Teacher")
    him.page.go_back()
    him.reads("Tess Teacher", "Elm Road School")
    him.open("/guidance/")
    look_for(number)
    him.reads("looks like a record number")
    him.does_not_read(number)
    him.follow("register of shielded records")
    him.follow(hold.record.reference)
    # The request led to it before; from the register it asks all the same.
    assert him.heading() == "Why are you opening this record?"
    him.tick("An auditor asked")
    him.press("Open the record")
    assert him.heading() == f"Record {hold.record.reference}"

    her = signed_in(an_iw_member(name="Ida Second"), javascript=False)
    her.write(OF_TEAM, hold.record.reference)
    her.press("Search")
    assert her.heading() == "Why are you opening this record?"
    her.tick("A complaint or an investigation")
    her.press("Open the record")
    assert her.heading() == f"Record {hold.record.reference}"

    auditor = signed_in(an_auditor(), javascript=False)
    auditor.write(OF_AUDITORS, hold.record.reference)
    auditor.press("Search")
    auditor.reads("Ida Second", hold.record.reference)
