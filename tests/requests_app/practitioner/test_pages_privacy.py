"""What a practitioner cannot learn from their pages: another's request, a record's state, a number.

Pages are compared byte for byte, and the queries behind them statement by statement.
"""

import re
import threading

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from logbook.models import Entry
from logbook.references import new_reference
from requests_app.desk import actions, phoned_requests
from requests_app.models import Request
from requests_app.questions import SHEET
from shielding.models import Record
from tests.requests_app.support.posts import DECLARED, address, on, posts, sheet_post
from tests.support.indistinguishable import (
    closed,
    considered,
    end_proposed,
    seen,
    shielded,
    statements,
    to_shield,
    unknown,
    unshielded,
    unshielding,
)
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_draft, a_number, a_request
from tests.support.statements import Statements
from tests.support.threads import have_ended

pytestmark = pytest.mark.django_db

GETS = ["", "check", "again", "sent", "discard", "family-told", "not-me", *SHEET]
POSTS = ["check", "show-number", "again", "discard", "family-told", "not-me", *SHEET]


def test_another_s_request_is_as_absent_as_one_that_is_not_there(signed_in):
    theirs = a_request()
    for where in GETS:
        none = address(theirs, where).replace(theirs.reference, new_reference())
        with Statements() as queries_theirs:
            one = signed_in.get(address(theirs, where))
        with Statements() as queries_none:
            other = signed_in.get(none)
        assert one.status_code == 404, where
        assert seen(one) == seen(other)
        assert statements(queries_theirs) == statements(queries_none)
    assert Entry.objects.filter(event="not_found").count() == 2 * len(GETS)


def test_another_s_request_is_not_acted_on(signed_in):
    theirs = a_draft()
    before = Request.objects.filter(pk=theirs.pk).values().get()
    for where in POSTS:
        typed = sheet_post(theirs, where) if where in SHEET else DECLARED | on("on")
        none = address(theirs, where).replace(theirs.reference, new_reference())
        one, other = signed_in.post(address(theirs, where), typed), signed_in.post(none, typed)
        assert one.status_code == 404, where
        assert seen(one) == seen(other)
    assert Request.objects.filter(pk=theirs.pk).values().get() == before
    assert Request.objects.count() == 1


@pytest.mark.parametrize("maker", [an_iw_member, an_auditor, an_administrator])
def test_these_pages_are_the_practitioner_s_alone(client, maker):
    request = a_request()
    client.force_login(maker())
    for page in GETS:
        assert client.get(address(request, page)).status_code == 403
    for page in POSTS:
        assert client.post(address(request, page)).status_code == 403
    for page in ("/requests/", "/requests/start/", "/supporting/"):
        assert client.get(page).status_code == 403


def test_nothing_of_another_source_shows(signed_in, person):
    mine = a_request(person, now=timezone.now())
    number = mine.record.number_in_clear()
    pages = ["/requests/", address(mine), address(mine, "sent")]
    before = [seen(signed_in.get(page)) for page in pages]

    other = a_practitioner(service=a_service("St Nowhere School"), name="Robin Elsewhere")
    theirs = a_request(other, now=timezone.now(), number=number, ground="asylum")
    member = an_iw_member()
    actions.attest_applied_for_request(
        theirs, checked_on=timezone.localdate(), no_duplicate=True, by=member, now=timezone.now()
    )
    assert theirs.record == mine.record
    after = [signed_in.get(page) for page in pages]
    assert [seen(page) for page in after] == before
    for page in after:
        for hidden in (theirs.reference, "Robin", "Nowhere", other.service.code, "asylum"):
            assert hidden not in page.content.decode()


def test_a_colleague_of_the_same_service_sees_nothing(client, person):
    a_request(person)
    client.force_login(a_practitioner(service=person.service))
    page = client.get("/requests/")
    assert (page.context["rows"], page.context["to_do"]) == ([], [])


def test_sending_tells_nothing_of_the_record(person):
    """Whatever the record's state: the same answer, the same pages, the same statements."""
    found = []
    for prepare in (
        unknown,
        considered,
        to_shield,
        shielded,
        unshielding,
        unshielded,
        end_proposed,
        closed,
    ):
        number = a_number()
        prepare(number)
        # A new person each, alike in everything.
        asker = a_practitioner(service=person.service, name="Sam Carter")
        client = Client()
        client.force_login(asker)
        draft = a_draft(asker, now=timezone.now(), number=number)
        with Statements() as queries:
            sent = client.post(address(draft, "check"), DECLARED)
            pages = [client.get(address(draft, page)) for page in ("sent", "")]
            pages.append(client.get("/requests/"))
        found.append(([seen(page) for page in (sent, *pages)], statements(queries)))
        assert sent.status_code == 302
    for each in found[1:]:
        assert each == found[0]


def test_the_number_is_in_no_page_address_title_message_session_or_entry(signed_in, person):
    number, wrong = a_number(), a_number()
    said = []

    def note(response):
        said.append(response.content.decode() + str(response.headers))
        assert number not in response.wsgi_request.get_full_path()
        return response

    note(signed_in.post("/requests/start/"))
    request = Request.objects.get()
    typed = posts(number=number)
    note(signed_in.post(address(request, "record"), typed["number"] | {"number_again": wrong}))
    note(signed_in.post(address(request, "record"), {"number": number + "1", "number_again": ""}))
    for slug in SHEET:
        note(signed_in.get(address(request, slug)))
        note(signed_in.post(address(request, slug), sheet_post(request, slug, typed)))
    note(signed_in.get(address(request, "check")))
    note(signed_in.post(address(request, "check"), DECLARED))
    request.refresh_from_db()
    assert request.record.number_in_clear() == number
    for page in ("", "sent", "check"):
        note(signed_in.get(address(request, page)))
    note(signed_in.get("/requests/"))
    for typed_again in (number, wrong):
        twice = {"number": number, "number_again": typed_again}
        note(signed_in.post(address(request, "again"), twice))

    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    written = [str(entry) for entry in Entry.objects.values()]
    assert len(kept) == 1
    for text in said + kept + written:
        for digits in (number, number[2:], wrong):
            assert digits not in text


def test_the_number_is_shown_in_one_answer_only_and_logged(signed_in, person):
    number = a_number()
    request = a_request(person, number=number)
    page = signed_in.post(address(request, "show-number"))
    assert number in page.content.decode()
    assert number not in re.search("<title>.*</title>", page.content.decode()).group()
    assert page.headers["Cache-Control"] == "no-store"
    entry = Entry.objects.get(event="number_shown")
    assert (entry.actor, entry.reference) == (person.uid, request.reference)
    assert signed_in.get(address(request, "show-number")).status_code == 405
    assert number not in signed_in.get(address(request)).content.decode()
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert all(number not in text for text in kept)


def test_the_number_of_a_draft_is_shown_to_the_one_who_typed_it(signed_in, person):
    request = a_draft(person)
    page = signed_in.post(address(request, "show-number")).content.decode()
    assert request.number_in_clear() in page


def test_a_phoned_request_shows_no_number(signed_in, person):
    number = a_number()
    request = phoned_requests.log_phoned(
        reference=new_reference(),
        number=number,
        ground="abuse",
        caller="practitioner",
        practitioner=person,
        service=person.service,
        by=an_iw_member(),
        now=timezone.now(),
    )
    page = signed_in.post(address(request, "show-number"))
    assert page.status_code == 403
    assert number not in page.content.decode()
    assert not Entry.objects.filter(event="number_shown").exists()


@pytest.mark.django_db(transaction=True)
def test_a_busy_record_is_a_polite_page_that_says_nothing_of_it():
    """A colleague holds the record's row: the same words as for any other lock, nothing lost."""
    number = a_number()
    a_request(number=number)
    draft = a_draft(number=number)
    client = Client()
    client.force_login(draft.practitioner)
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Record.objects.select_for_update().get()
            held.set()
            done.wait(20)
        connection.close()

    colleague = threading.Thread(target=hold, daemon=True)
    colleague.start()
    assert held.wait(10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")  # as of any page, but sooner
    page = client.post(address(draft, "check"), DECLARED)
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
    done.set()
    have_ended(colleague)
    assert page.status_code == 503
    assert "Your saved answers are safe." in page.content.decode()
    assert draft.practitioner.name in page.content.decode()
    draft.refresh_from_db()
    assert (draft.state, draft.number_in_clear()) == ("draft", number)
    assert client.post(address(draft, "check"), DECLARED).status_code == 302
