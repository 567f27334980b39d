"""A line manager sees who of their staff is late with an answer: name, reference, due, no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.models import Request
from shielding import clock
from shielding.accounts.deputies import actions as deputy_actions
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.records.grounds import GROUND
from shielding.reviews import actions
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.accounts.deputies.support.deputies import named
from tests.shielding.home.support.tiles import tiles
from tests.support.people import a_practitioner
from tests.support.requests import a_request
from tests.support.shielded_records import GONE

pytestmark = pytest.mark.django_db
TEAM = "/team/"


@pytest.fixture
def manager():
    return a_practitioner(name="Morgan Manager")


@pytest.fixture
def staff(manager):
    return a_practitioner(service=manager.service, manager=manager, name="Pat Staff")


def rows(browser):
    return [(row[0], row[1].text, row[2].due.words) for row in browser.get(TEAM).context["rows"]]


def test_the_longest_overdue_first_with_nothing_of_the_case(manager, staff):
    now = timezone.now()
    a_request(staff, now=now)
    due_today = a_request(staff, now=now - timedelta(days=7))
    late, later = (a_request(staff, now=now - timedelta(days=days)) for days in (8, 10))
    a_request(a_practitioner(service=staff.service), now=now - timedelta(days=10))
    browser = at_desk(manager)
    assert rows(browser) == [
        ("Pat Staff", later.reference, "3 days overdue"),
        ("Pat Staff", late.reference, "1 day overdue"),
    ]
    page = main(browser.get(TEAM))
    assert due_today.reference not in page
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
    assert "Overdue answers of your team" not in found
    a_request(staff, now=timezone.now() - timedelta(days=10))
    page = browser.get("/")
    found = {words: (number, url) for number, url, words in tiles(page)}
    assert found["Overdue answers of your team"] == (1, TEAM)
    assert "app-tile--late" in page.content.decode()
    assert browser.get(TEAM).context["page"].paginator.count == 1
    assert "Overdue answers" not in main(at_desk(staff).get("/"))


def test_one_row_for_each_request_and_none_once_answered_or_let_go(manager, staff):
    now = timezone.now()
    request = a_request(staff, now=now - timedelta(days=8))
    Hold.objects.update(review_due=clock.today(now) - timedelta(days=4))
    actions.open_reviews_of(request.record, now=now)
    browser = at_desk(manager)
    assert rows(browser) == [("Pat Staff", request.reference, "4 days overdue")]
    letting_go.answer(
        request.hold, answer="still_needed", views="no", sought_by="", by=staff, now=now
    )
    assert rows(browser) == []
    other = a_request(staff, now=now - timedelta(days=8))
    assert len(rows(browser)) == 1
    letting_go.withdraw(Request.objects.get(pk=other.pk).hold, parting=GONE, by=staff, now=now)
    assert "Nobody in your team is late with an answer." in main(browser.get(TEAM))


def test_whoever_manages_nobody_does_not_see_it(staff):
    assert at_desk(staff).get(TEAM).status_code == 403


def test_who_stands_in_sees_what_the_manager_would_and_for_as_long(manager, staff):
    now, today = timezone.now(), timezone.localdate()
    late = a_request(staff, now=now - timedelta(days=9))
    deputy = a_practitioner(service=manager.service)
    own = a_practitioner(service=manager.service, manager=deputy, name="Own Staff")
    theirs = a_request(own, now=now - timedelta(days=8))
    browser = at_desk(deputy)
    assert rows(browser) == [("Own Staff", theirs.reference, "1 day overdue")]
    done = named(manager, deputy, today, 1, now=now)
    assert rows(browser) == [
        ("Pat Staff", late.reference, "2 days overdue"),
        ("Own Staff", theirs.reference, "1 day overdue"),
    ]
    assert (2, TEAM, "Overdue answers of your team") in tiles(browser.get("/"))
    deputy_actions.end_deputy(done, by=manager, now=now)
    assert rows(browser) == [("Own Staff", theirs.reference, "1 day overdue")]
