"""The work queue: counts that equal their lists, filters, order, pages, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from requests_app.desk.lists import TABS
from requests_app.practitioner import actions as practitioner_actions
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request, in_every_tab
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_request, agreed, first_review_concluded
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
QUEUE = "/desk/"


def references(response):
    """Return the references of the rows, in order."""
    return re.findall(r'href="/desk/requests/(IW-[^/]+)/"', response.content.decode())


def count_in_tab(response, label):
    return int(re.search(rf">{label} \((\d+)\)<", response.content.decode()).group(1))


def test_every_count_is_the_count_of_its_list():
    in_every_tab()
    browser = at_desk(an_iw_member())
    for tab in TABS:
        page = browser.get(QUEUE, {"tab": tab.code})
        listed = references(page)
        assert listed
        assert count_in_tab(page, tab.label) == len(listed) == page.context["page"].paginator.count


def test_counts_go_with_the_filters():
    in_every_tab()
    service = a_service("Elm Surgery")
    mine = a_request(a_practitioner(service=service), ground="asylum")
    browser = at_desk(an_iw_member())
    for tab in TABS:
        page = browser.get(QUEUE, {"tab": tab.code, "service": service.code, "ground": "asylum"})
        listed = references(page)
        assert count_in_tab(page, tab.label) == len(listed)
        assert set(listed) <= {mine.reference}


@pytest.mark.parametrize(
    ("due", "days_ago"), [("overdue", 8), ("today", 7), ("week", 7)], ids=lambda x: str(x)
)
def test_the_first_review_narrows_the_list(due, days_ago):
    now = timezone.now()
    wanted = a_request(now=now - timedelta(days=days_ago))
    a_request(now=now + timedelta(days=7))
    page = at_desk(an_iw_member()).get(QUEUE, {"tab": "open", "due": due})
    assert references(page) == [wanted.reference]


def test_a_concluded_review_is_not_overdue():
    now = timezone.now()
    old = a_request(now=now - timedelta(days=20))
    member = an_iw_member()
    first_review_concluded(agreed(old, by=member, now=now - timedelta(days=19)), by=member)
    page = at_desk(an_iw_member()).get(QUEUE, {"tab": "open", "due": "overdue"})
    assert references(page) == []


def test_due_dates_are_said_in_words():
    now = timezone.now()
    for days in (8, 7, 6):
        a_request(now=now - timedelta(days=days))
    text = main(at_desk(an_iw_member()).get(QUEUE, {"tab": "open"}))
    for words in ("1 day overdue", "Due today", "1 day left"):
        assert words in text


@pytest.mark.parametrize("sort", ["due", "submitted"])
def test_the_list_is_sorted_both_ways(sort):
    now = timezone.now()
    in_order = [a_request(now=now - timedelta(days=days)).reference for days in (9, 5, 1)]
    browser = at_desk(an_iw_member())
    assert references(browser.get(QUEUE, {"sort": sort})) == in_order
    assert references(browser.get(QUEUE, {"sort": f"-{sort}"})) == in_order[::-1]


def test_the_list_is_sorted_by_ground_and_by_service():
    one = a_request(a_practitioner(service=a_service("Zebra")), ground="abduction")
    two = a_request(a_practitioner(service=a_service("Aspen")), ground="trafficking")
    browser = at_desk(an_iw_member())
    assert references(browser.get(QUEUE, {"sort": "ground"})) == [one.reference, two.reference]
    assert references(browser.get(QUEUE, {"sort": "service"})) == [two.reference, one.reference]


def test_the_longest_waiting_to_shield_comes_first():
    now = timezone.now()
    new, old = a_request(now=now), a_request(now=now - timedelta(hours=30))
    page = at_desk(an_iw_member()).get(QUEUE)
    assert references(page) == [old.reference, new.reference]
    assert "Waiting 30 hours" in main(page)


def test_a_request_on_a_record_shielded_for_another_is_told_apart():
    first, member = a_request(), an_iw_member()
    desk_actions.attest_applied_for_request(
        first,
        checked_on=first.submitted_at.date(),
        no_duplicate=True,
        by=member,
        now=first.submitted_at,
    )
    second = a_request(number=first.record.number_in_clear())
    page = at_desk(member).get(QUEUE, {"tab": "to_shield"})
    assert references(page) == [second.reference]
    assert "To attest" in main(page)


def test_pages_of_25_keep_the_filters():
    service = a_service()
    for _ in range(27):
        a_phoned_request(service=service)
    a_phoned_request()
    browser = at_desk(an_iw_member())
    given = {"tab": "to_decide", "service": service.code, "sort": "-due"}
    first = browser.get(QUEUE, given)
    assert len(references(first)) == 25
    assert "Showing 1 to 25 of 27 requests" in main(first)
    links = re.findall(r'href="(\?[^"]*page=2[^"]*)"', first.content.decode())
    second = browser.get(QUEUE + links[0].replace("&amp;", "&"))
    assert len(references(second)) == 2
    assert "Remove filter" in main(second)


STRANGE = (
    {"tab": "nonsense"},
    {"sort": "nonsense"},
    {"sort": "-"},
    {"page": "99"},
    {"page": "x"},
    {"tab": "\x00"},
)
SENSELESS = (
    {"due": "never"},
    {"ground": "nonsense"},
    {"ground": "a\x00b"},
    {"service": "SV-0000"},
    {"service": "\x00"},
    {"service": "x" * 5000},
    {"due": "\u202eyadot"},
)


def test_a_strange_address_shows_the_ordinary_list():
    a_request()
    browser = at_desk(an_iw_member())
    for given in STRANGE:
        page = browser.get(QUEUE, given)
        assert (page.status_code, len(references(page))) == (200, 1), given


def test_a_filter_that_makes_no_sense_is_said_and_lists_nothing():
    a_request()
    browser = at_desk(an_iw_member())
    for given in SENSELESS:
        page = browser.get(QUEUE, given)
        assert (page.status_code, references(page)) == (200, []), given
        assert "There is a problem" in main(page), given
        # "To shield (0)" would be read as that nothing waits.
        assert {tab.count for tab in page.context["tabs"]} == {None}, given
    assert {tab.count for tab in browser.get(QUEUE).context["tabs"]} == {0, 1}


def test_the_queue_shows_references_and_is_no_entry():
    request, browser = a_request(), at_desk(an_iw_member())
    before = Entry.objects.count()
    page = browser.get(QUEUE)
    assert request.record.number_in_clear() not in page.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("somebody", [a_practitioner, an_auditor, an_administrator])
def test_the_queue_is_the_iw_teams(somebody):
    assert at_desk(somebody()).get(QUEUE).status_code == 403


def test_drafts_are_nowhere():
    practitioner_actions.start_draft(by=a_practitioner(), now=timezone.now())
    for tab in TABS:
        assert references(at_desk(an_iw_member()).get(QUEUE, {"tab": tab.code})) == []


def test_a_disowned_phone_call_is_loud():
    request = a_phoned_request()
    practitioner_actions.disown_phoned(request, by=request.practitioner, now=timezone.now())
    assert "They say it was not them" in main(at_desk(an_iw_member()).get(QUEUE, {"tab": "phoned"}))


@pytest.mark.parametrize("number", [1, 3, 500])
def test_the_queue_costs_the_same_however_long_it_is(number):
    service, member = a_service(), an_iw_member()
    for _ in range(number):
        a_phoned_request(service=service, by=member)
    browser = at_desk(member)
    browser.get(QUEUE)
    with Statements() as asked:
        page = browser.get(reverse("desk_queue"), {"tab": "open"})
    assert page.context["page"].paginator.count == number
    statements = [q["sql"] for q in asked if re.match(r"SELECT|INSERT|UPDATE|\(", q["sql"])]
    assert len(statements) <= 8, "\n".join(statements)
    assert len(page.content) <= 60 * 1024
