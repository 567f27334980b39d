"""A requester's page costs the same whatever the number of rows, and stays small."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.models import AccessRequest
from brokerage.requester import actions
from logbook.references import new_reference
from tests.brokerage.support.cast import a_draft, send
from tests.brokerage.support.requester_posts import address, posts
from tests.support.people import a_practitioner
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
LIST_QUERIES, DETAIL_QUERIES, LARGEST = 12, 18, 60_000


@pytest.fixture
def person():
    return a_practitioner(manager=a_practitioner())


def cost(client, url):
    with Statements() as queries:
        page = client.get(url)
    assert page.status_code == 200
    return len(queries), len(page.content)


def a_full_draft(person) -> AccessRequest:
    return a_draft(person, now=timezone.now(), needed_until=timezone.localdate() + timedelta(30))


def more_like(access: AccessRequest, count: int) -> None:
    """Add rows like a sent request straight to the table: five hundred walks take minutes."""
    own = {"id", "uid", "reference"}
    columns = {
        field.attname: getattr(access, field.attname)
        for field in access._meta.concrete_fields
        if field.name not in own
    }
    AccessRequest.objects.bulk_create(
        AccessRequest(reference=new_reference(), **columns) for _ in range(count)
    )


def test_the_list_costs_the_same_with_1_3_and_500_rows(client, person):
    client.force_login(person)
    access = send(a_full_draft(person), now=timezone.now())
    urls = ("/access/", "/access/?page=2", "/")
    for url in urls:
        cost(client, url)  # the first visit also notes when the session was last used
    costs = {url: [cost(client, url)] for url in urls}
    for rows in (3, 500):
        more_like(access, rows - AccessRequest.objects.count())
        for url in urls:
            costs[url].append(cost(client, url))
    for url in urls:
        assert len({queries for queries, _ in costs[url]}) == 1, costs[url]
        assert max(size for _, size in costs[url]) <= LARGEST
    assert costs["/access/"][0][0] <= LIST_QUERIES


def test_the_list_of_drafts_costs_the_same_with_1_3_and_40(client, person):
    client.force_login(person)
    cost(client, "/access/")
    urls = ("/access/", "/access/?show=drafts")
    costs = {url: [] for url in urls}
    for count in (1, 3, actions.MOST_DRAFTS):
        while AccessRequest.objects.count() < count:
            actions.start_draft(by=person, now=timezone.now())
        for url in urls:
            costs[url].append(cost(client, url))
    for url in urls:
        assert len({queries for queries, _ in costs[url]}) == 1, costs[url]
        assert max(queries for queries, _ in costs[url]) <= LIST_QUERIES
        assert max(size for _, size in costs[url]) <= LARGEST


def test_the_pages_of_a_request_stay_small_and_cheap(client, person):
    client.force_login(person)
    draft, sent = a_full_draft(person), send(a_full_draft(person), now=timezone.now())
    urls = [address(sent, page) for page in ("", "sent", "withdraw")]
    urls += [address(draft, page) for page in ("", "check", "discard", *posts())]
    for url in urls:
        queries, size = cost(client, url)
        assert queries <= DETAIL_QUERIES, (url, queries)
        assert size <= LARGEST, url
