"""A line manager sees who of their staff is late with an answer: name, reference, due, no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.models import Request
from shielding import clock, letting_go, reviewing
from shielding.grounds import GROUND
from shielding.models import Record
from tests.people import a_practitioner
from tests.requests import a_request
from tests.requests_app.desk import at_desk, main
from tests.shielding.shielded import GONE
from tests.shielding.test_pages_home import tiles

pytestmark = pytest.mark.django_db
OVERDUE = "/team/"
LATE = timedelta(days=10)


@pytest.fixture
def manager():
    return a_practitioner(name="Morgan Manager")


@pytest.fixture
def staff(manager):
    return a_practitioner(service=manager.service, manager=manager, name="Pat Staff")


def rows(browser, url="/team/"):
    return [
        (row[0], row[1]["text"], row[2]["due"].words) for row in browser.get(url).context["rows"]
    ]


def test_what_is_overdue_and_nothing_before_with_nothing_of_the_case(manager, staff):
    now = timezone.now()
    a_request(staff, now=now)
    late = a_request(staff, now=now - LATE)
    a_request(a_practitioner(service=staff.service), now=now - LATE)
    browser = at_desk(manager)
    assert rows(browser) == [("Pat Staff", late.reference, "3 days overdue")]
    page = main(browser.get("/team/"))
    for hidden in (
        str(GROUND["abuse"].label),
        staff.service.name,
        staff.service.code,
        late.record.reference,
        late.record.number_in_clear(),
    ):
        assert hidden not in page
    assert browser.get(f"/requests/{late.reference}/").status_code == 404


def test_the_tile_counts_the_list_and_is_loud(manager, staff):
    browser = at_desk(manager)
    a_practitioner(manager=manager)
    found = {words: (number, url) for number, url, words in tiles(browser.get("/"))}
    assert found["Overdue answers of your team"] == (0, OVERDUE)
    a_request(staff, now=timezone.now() - LATE)
    page = browser.get("/")
    found = {words: (number, url) for number, url, words in tiles(page)}
    assert found["Overdue answers of your team"] == (1, OVERDUE)
    assert "app-tile--loud" in page.content.decode()
    assert browser.get(OVERDUE).context["page"].paginator.count == 1
    assert "Overdue answers" not in main(at_desk(staff).get("/"))


def test_one_row_for_each_request_and_none_once_answered_or_let_go(manager, staff):
    now = timezone.now()
    request = a_request(staff, now=now - LATE)
    Record.objects.update(review_due=clock.today(now - LATE))
    reviewing.open_record_review(request.record, now=now)
    browser = at_desk(manager)
    assert rows(browser) == [("Pat Staff", request.reference, "10 days overdue")]
    letting_go.answer(
        request.hold, answer="still_needed", views="no", sought_by="", by=staff, now=now
    )
    assert rows(browser) == []
    other = a_request(staff, now=now - LATE)
    letting_go.withdraw(Request.objects.get(pk=other.pk).hold, parting=GONE, by=staff, now=now)
    assert "Nobody in your team is late with an answer." in main(browser.get("/team/"))


def test_whoever_manages_nobody_does_not_see_it(staff):
    assert at_desk(staff).get("/team/").status_code == 403
