"""What the titles of pages say, which is what whoever hears them goes by."""

import re

import pytest
from django.core.paginator import Paginator
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from brokerage.requester import actions as access_actions
from requests_app.practitioner import actions as request_actions
from shielding.templatetags.govuk import which_part
from tests.logbook.support.pages import an_entry
from tests.requests_app.support.desk import at_desk
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


def title_of(response) -> str:
    assert response.status_code == 200
    found = re.search(r"<title>(.*?)</title>", response.content.decode(), re.DOTALL)
    assert found
    return " ".join(found[1].split()).removesuffix(" - Shielding requests - Exampleshire Council")


def test_a_list_says_whether_it_is_filtered_and_which_page_it_shows():
    """Never by what it is filtered: a name would stay in the browser's history."""
    client, services = at_desk(an_iw_member(name="Indra Invented")), reverse("services")
    assert title_of(client.get(services)) == "Services"
    for _ in range(26):
        a_service()
    assert title_of(client.get(services)) == "Services, page 1 of 2"
    assert title_of(client.get(services, {"page": 2})) == "Services, page 2 of 2"
    assert title_of(client.get(reverse("people"), {"role": "iw"})) == "People, filtered"
    both = Context({"page": Paginator(range(60), 25).get_page(2), "chips": ["a filter"]})
    assert which_part(both) == ", filtered, page 2 of 3"


def test_a_page_of_the_logbook_says_with_which_entry_it_begins():
    client, logbook = at_desk(an_auditor()), reverse("logbook")
    for _ in range(52):
        an_entry()
    newest = client.get(logbook)
    assert title_of(newest) == "Logbook"
    older = client.get(newest.context["older_url"])
    begins = re.findall(r'href="(\d+)/"', older.content.decode())[0]
    assert title_of(older) == f"Logbook, from entry {begins}"
    assert title_of(client.get(logbook, {"event": "logbook_opened"})) == "Logbook, filtered"


def test_signs_of_misuse_say_of_which_days():
    client, address = at_desk(an_auditor()), reverse("logbook_misuse")
    days = {"since": "2026-03-01", "until": "2026-03-07"}
    assert title_of(client.get(address, days)) == "Signs of misuse, 1 March 2026 to 7 March 2026"


def test_the_same_question_of_two_kinds_of_request_has_two_titles():
    person = a_practitioner()
    client, now = at_desk(person), timezone.now()
    asked = request_actions.start_draft(by=person, now=now).reference
    access = access_actions.start_draft(by=person, now=now).reference
    pairs = (
        ("request_discard", "access_discard", [], "Discard this draft?"),
        ("request_check", "access_check", [], "Check your answers"),
    )
    for first, second, more, title in pairs:
        one = client.get(reverse(first, args=[asked, *more]))
        other = client.get(reverse(second, args=[access, *more]))
        assert title_of(one) == f"{title}: Request {asked}"
        assert title_of(other) == f"{title}: Access request {access}"
