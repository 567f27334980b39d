"""The lists of line managers and sources cost the same whatever their length, and stay small."""

import pytest
from django.utils import timezone

from brokerage import states
from brokerage.models import AccessRequest, Liaison
from logbook.references import new_reference
from tests.brokerage.support.cast import a_cast, say
from tests.brokerage.support.todays_requests import (
    agreed,
    approval,
    asked,
    asking,
    at_a_desk,
    question,
    waiting,
)
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
LIST_QUERIES, DETAIL_QUERIES, LARGEST = 15, 20, 60_000


def copies(row, count, **changed):
    """Add rows like one straight to its table: five hundred walks take minutes."""
    own = {"id", "uid", "reference"} | set(changed)
    same = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in own
    }
    given = [{name: values[turn] for name, values in changed.items()} for turn in range(count)]
    return type(row).objects.bulk_create(
        type(row)(reference=new_reference(), **same, **one) for one in given
    )


def cost(client, url):
    with Statements() as queries:
        page = client.get(url)
    assert page.status_code == 200
    return len(queries), len(page.content)


def test_the_line_manager_s_list_costs_the_same_with_1_3_and_500_rows():
    cast = a_cast()
    rows = [waiting(cast), agreed(cast)]
    desk = at_a_desk(cast.manager)
    costs = {"/access/to-agree/": [], "/": []}
    for more in (0, 2, 497):
        for row in rows:
            copies(row, more)
        for url, found in costs.items():
            found.append(cost(desk, url))
    assert AccessRequest.objects.filter(state=states.WITH_MANAGER).count() == 500
    for found in costs.values():
        assert len({queries for queries, _ in found}) == 1
    assert max(queries for queries, _ in costs["/access/to-agree/"]) <= LIST_QUERIES
    assert max(size for _, size in costs["/access/to-agree/"]) <= LARGEST
    page = desk.get("/access/to-agree/?page=20")
    assert (len(page.context["waiting_rows"]), len(page.context["rows"])) == (25, 25)


def test_the_source_s_list_costs_the_same_with_1_3_and_500_rows():
    cast = a_cast()
    first, second = asking(cast), asking(cast)
    say(second, cast.source, "will_contact", now=timezone.now())
    desk = at_a_desk(cast.source)
    costs = {"/access/questions/": [], "/": []}
    for more in (0, 2, 497):
        for access in (first, second):
            copies(asked(access, cast.source), more, access=copies(access, more))
        for url, found in costs.items():
            found.append(cost(desk, url))
    assert Liaison.objects.filter(hold__source=cast.source, answer="").count() == 500
    for found in costs.values():
        assert len({queries for queries, _ in found}) == 1
    assert max(queries for queries, _ in costs["/access/questions/"]) <= LIST_QUERIES
    assert max(size for _, size in costs["/access/questions/"]) <= LARGEST


def paged_to(desk, address):
    """Return the references on all the pages of what waits, read page after page."""
    first = desk.get(f"{address}?show=waiting")
    found = []
    for number in first.context["page"].paginator.page_range:
        page = desk.get(f"{address}?show=waiting&page={number}")
        found += [row[0].text for row in page.context["rows"]]
    assert first.context["page"].paginator.count == len(found)
    return found


def test_a_line_manager_pages_to_all_that_waits():
    cast = a_cast()
    access, desk, link = waiting(cast), at_a_desk(cast.manager), "?show=waiting"
    assert link not in desk.get("/access/to-agree/").content.decode()
    copies(access, 29)
    assert link in desk.get("/access/to-agree/").content.decode()
    waits = AccessRequest.objects.filter(state=states.WITH_MANAGER)
    found = paged_to(desk, "/access/to-agree/")
    assert len(found) == 30
    assert set(found) == set(waits.values_list("reference", flat=True))


def test_a_source_pages_to_all_that_waits():
    cast = a_cast()
    access, desk, link = asking(cast), at_a_desk(cast.source), "?show=waiting"
    assert link not in desk.get("/access/questions/").content.decode()
    copies(asked(access, cast.source), 29, access=copies(access, 29))
    assert link in desk.get("/access/questions/").content.decode()
    owed = Liaison.objects.filter(hold__source=cast.source, answer="")
    found = paged_to(desk, "/access/questions/")
    assert len(found) == 30
    assert set(found) == set(owed.values_list("reference", flat=True))


def test_one_page_stays_small_and_cheap():
    cast = a_cast()
    waits, decided, access = waiting(cast), agreed(cast), asking(cast)
    liaison = asked(access, cast.source)
    for person, url in (
        (cast.manager, approval(waits)),
        (cast.manager, approval(decided)),
        (cast.source, question(liaison)),
    ):
        queries, size = cost(at_a_desk(person), url)
        assert queries <= DETAIL_QUERIES, (url, queries)
        assert size <= LARGEST, url
