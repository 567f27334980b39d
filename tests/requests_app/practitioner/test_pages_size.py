"""A page costs the same whatever the number of rows, and stays small."""

import pytest
from django.utils import timezone

from logbook.references import new_reference
from requests_app.models import Request
from requests_app.practitioner import actions
from requests_app.questions import SHEET
from shielding.models import Hold, Review
from tests.requests_app.support.posts import address
from tests.support.people import a_practitioner
from tests.support.requests import a_draft, a_request
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db

LIST_QUERIES, DETAIL_QUERIES, LARGEST = 15, 20, 60_000


def more_like(request: Request, count: int) -> None:
    """Add rows like a sent request straight to the tables: five hundred walks take minutes."""
    references = [new_reference() for _ in range(count)]
    hold, review = request.hold, request.review
    holds = Hold.objects.bulk_create(
        Hold(reference=reference, **_columns(hold)) for reference in references
    )
    reviews = Review.objects.bulk_create(
        Review(reference=reference, hold=hold, **_columns(review))
        for reference, hold in zip(references, holds, strict=True)
    )
    Request.objects.bulk_create(
        Request(reference=reference, hold=hold, review=review, **_columns(request))
        for reference, hold, review in zip(references, holds, reviews, strict=True)
    )


def _columns(row):
    own = {"id", "uid", "reference", "hold", "review"}
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if field.name not in own
    }


def cost(client, url):
    with Statements() as queries:
        page = client.get(url)
    assert page.status_code == 200
    return len(queries), len(page.content)


@pytest.mark.parametrize("url", ["/requests/", "/requests/?show=family", "/supporting/"])
def test_a_list_costs_the_same_with_1_3_and_500_rows(client, url):
    manager = a_practitioner()
    person = a_practitioner(service=manager.service, manager=manager)
    manager.line_manager = None
    request = a_request(
        person,
        now=timezone.now(),
        ground="placement",  # the longest words
        family_told="will",
        family_told_on=None,
        supporter=manager,
        supporter_not_listed=False,
        supported_on=timezone.localdate(),
    )
    client.force_login(manager if url == "/supporting/" else person)
    cost(client, url)  # the first visit also notes when the session was last used
    costs = [cost(client, url)]
    for rows in (3, 500):
        more_like(request, rows - Request.objects.count())
        costs.append(cost(client, url))
    assert len({queries for queries, _ in costs}) == 1
    assert max(queries for queries, _ in costs) <= LIST_QUERIES
    assert max(size for _, size in costs) <= LARGEST


def test_the_list_of_drafts_costs_the_same_with_1_3_and_40(client):
    person = a_practitioner()
    client.force_login(person)
    cost(client, "/requests/")
    urls = ("/requests/", "/requests/?show=drafts")
    costs = {url: [] for url in urls}
    for count in (1, 3, actions.MOST_DRAFTS):
        while Request.objects.count() < count:
            actions.start_draft(by=person, now=timezone.now())
        for url in urls:
            costs[url].append(cost(client, url))
    for url in urls:
        assert len({queries for queries, _ in costs[url]}) == 1
        assert max(queries for queries, _ in costs[url]) <= LIST_QUERIES
        assert max(size for _, size in costs[url]) <= LARGEST


def test_the_pages_of_a_request_stay_small_and_cheap(client):
    person = a_practitioner()
    client.force_login(person)
    sent = a_request(person, now=timezone.now())
    drafts = [
        a_draft(person),
        a_draft(person, decision="considered", not_grounds=["well_known"]),
    ]
    urls = [address(sent), address(sent, "sent")]
    for draft in drafts:
        urls += [address(draft), address(draft, "check"), address(draft, "discard")]
    urls += [address(draft, slug) for draft in drafts for slug in SHEET]
    for url in urls:
        queries, size = cost(client, url)
        assert queries <= DETAIL_QUERIES, url
        assert size <= LARGEST, url


def test_the_managers_page_stays_small_in_a_large_service(client):
    person = a_practitioner()
    for _ in range(40):
        manager = a_practitioner(service=person.service, name="A Manager With A Long Name " * 3)
        a_practitioner(service=person.service, manager=manager)
    client.force_login(person)
    queries, size = cost(client, address(a_draft(person), "manager"))
    assert queries <= DETAIL_QUERIES
    assert size <= LARGEST
