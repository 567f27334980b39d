"""The record pages of the IW Team: found by number, opened from an item, attested."""

import re

import pytest
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from requests_app.desk import actions
from shielding.models import Record
from shielding.records.presenters import check_first
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request, a_proposed_request
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_number, a_request, agreed
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
FIND = "/records/find/"


def page_of(record):
    return f"/records/{record.reference}/"


def let_go(request, by):
    """Confirm a proposal, so that the request's hold is released."""
    request.refresh_from_db()
    return actions.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=by, now=timezone.now()
    )


def test_a_record_is_found_by_number_for_a_reason():
    request, member = a_request(), an_iw_member()
    number = request.record.number_in_clear()
    typed = f" {number[:2].lower()}-{number[2:6]} {number[6:]} "
    browser = at_desk(member)
    answer = browser.post(FIND, {"purpose": "audit", "number": typed})
    assert (answer.status_code, answer.url) == (302, page_of(request.record))
    assert number not in browser.get(answer.url).content.decode()
    opened = Entry.objects.filter(event="record_opened").order_by("id")
    assert [facts_of(entry) for entry in opened] == [{"purpose": "audit"}]
    browser.post(f"{answer.url}number/")
    assert facts_of(opened.last()) == {"purpose": "audit"}
    other = a_phoned_request().record
    browser.post(FIND, {"purpose": "complaint", "number": other.number_in_clear()})
    browser.get(answer.url)
    assert facts_of(opened.last()) == {"purpose": "audit"}


def test_the_reason_belongs_to_the_record_that_was_found():
    found, other = a_request().record, a_request().record
    browser = at_desk(an_iw_member())
    browser.post(FIND, {"purpose": "audit", "number": found.number_in_clear()})
    browser.get(page_of(other))
    assert facts_of(Entry.objects.get(event="record_opened")) == {"purpose": "work_item"}


def test_a_number_nobody_asked_about_is_not_repeated():
    number = a_number()
    page = at_desk(an_iw_member()).post(FIND, {"purpose": "audit", "number": number}, follow=True)
    assert page.redirect_chain == [(FIND, 302)]
    assert "There is no record with this number here." in main(page)
    assert number not in page.content.decode()
    assert facts_of(Entry.objects.get(event="record_searched")) == {
        "purpose": "audit",
        "found": False,
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purpose", ""),
        ("purpose", "curious"),
        ("purpose", "\x00"),
        ("number", ""),
        ("number", "12345678"),
        ("number", "CP1234567"),
        ("number", "x" * 5000),
        ("number", "CP12345678\x00"),
        ("number", "\u202eCP12345678"),
        ("number", "943 476 5919"),
    ],
)
def test_bad_input_to_a_search_is_said_beside_its_field(field, value):
    page = at_desk(an_iw_member()).post(
        FIND, {"purpose": "audit", "number": a_number()} | {field: value}
    )
    assert page.status_code == 200
    assert f'id="id_{field}_error"' in page.content.decode()
    assert not Entry.objects.filter(event="record_searched").exists()


def test_a_record_has_a_card_per_hold():
    service = a_service("Elm Road Surgery")
    first = a_request(a_practitioner(service=service))
    number = first.record.number_in_clear()
    a_request(number=number)
    third = a_request(number=number)
    one, two = an_iw_member(), an_iw_member()
    third = actions.propose_not_agreed(
        third, reason="well_known", seen=third.changed_at, by=one, now=timezone.now()
    )
    let_go(third, two)
    page = at_desk(one).get(page_of(first.record))
    text = main(page)
    assert "2 of 3 requests in force" in text
    assert "Elm Road Surgery" in text
    assert text.count("In force") == text.count("Agreed Not yet") == 2
    assert text.count("Agreed Not agreed") == 1
    assert text.count("Shield attested Not yet") == 2
    assert text.count("Shield attested Not before it ended") == 1
    assert text.count("Asked for ") == 3
    assert "Period of shielding The 1st, since" in text
    assert re.search(r"Ended .*, not agreed, by two members", text)
    assert "Record that it was entered in error (request IW-" in text
    assert "not agreed, by two members of the IW Team" in text
    links = re.findall(r'href="/desk/requests/(IW-[^/]+)/"', page.content.decode())
    assert links[0] == first.reference
    assert len(links) == 3


def test_a_record_shows_its_reviews_and_state():
    request, member = a_request(now=timezone.now()), an_iw_member()
    page = at_desk(member).get(page_of(request.record))
    assert "To shield" in main(page)
    assert "First review of a request" in main(page)
    assert "7 days left" in main(page)


def test_a_record_that_waits_again_is_to_be_checked_first():
    record = Record(state="to_shield", applied_at=timezone.now())
    assert "Check now: it may already be open" in check_first(record)
    assert check_first(Record(state="to_shield")) == ""
    assert check_first(Record(state="shielded", applied_at=timezone.now())) == ""


def test_checked_never_applied_ends_the_waiting_once_nobody_asks():
    one, two = an_iw_member(), an_iw_member()
    request = a_proposed_request(one)
    record, browser = request.record, at_desk(two)
    address = f"{page_of(record)}never-applied/"
    assert "Look, and say whether it was ever shielded" not in main(browser.get(page_of(record)))
    assert browser.get(address).url == page_of(record)
    assert browser.post(address, {"finding": "open"}).status_code == 409
    let_go(request, two)
    none = "None stands: check ContactPoint, then say what you found"
    assert none in main(browser.get("/records/to-shield/"))
    assert "Look, and say whether it was ever shielded" in main(browser.get(page_of(record)))
    assert "What did you find on ContactPoint?" in main(browser.get(address))
    for bad in ({}, {"finding": "gone"}, {"finding": "not_found", "open_from_day": "1"}):
        assert "There is a problem" in main(browser.post(address, bad))
    page = browser.post(address, {"finding": "open"}, follow=True)
    assert "no longer waiting to be shielded" in main(page)
    record.refresh_from_db()
    assert record.state == "not_shielded"
    assert Entry.objects.filter(event="never_applied").count() == 1


def test_the_number_of_a_record_is_in_one_reply_and_in_the_logbook():
    record, browser = a_request().record, at_desk(an_iw_member())
    number = record.number_in_clear()
    shown = browser.post(f"{page_of(record)}number/")
    assert number in main(shown)
    assert number not in re.search(r"<title>.*?</title>", shown.content.decode(), re.S).group()
    assert Entry.objects.get(event="number_shown").record == record.reference
    assert number not in browser.get(page_of(record)).content.decode()
    assert browser.get(f"{page_of(record)}number/").status_code == 405


def test_an_absent_record_is_not_found():
    browser = at_desk(an_iw_member())
    for address in ("", "number/", "never-applied/"):
        assert browser.post(f"/records/{new_reference()}/{address}").status_code in (404, 405)
    assert browser.get(f"/records/{new_reference()}/").status_code == 404
    assert browser.get("/records/IW-0000-0000/").status_code == 404


@pytest.mark.parametrize("somebody", [a_practitioner, an_auditor, an_administrator])
def test_records_are_the_iw_teams(somebody):
    record, browser = a_request().record, at_desk(somebody())
    for address in ("/records/to-shield/", "/records/without-practitioner/", page_of(record)):
        assert browser.get(address).status_code == 403
    for address in (f"{page_of(record)}number/", f"{page_of(record)}never-applied/"):
        assert browser.post(address, {"number": a_number(), "purpose": "audit"}).status_code == 403
    assert not Entry.objects.filter(event="record_opened").exists()


def test_a_hold_whose_practitioner_left_is_listed():
    gone, service = a_practitioner(), a_service()
    request = a_request(gone)
    a_phoned_request(service=service)
    a_request()
    member = an_iw_member()
    gone.is_active, gone.suspended_at, gone.suspended_by = False, timezone.now(), member
    gone.save()
    page = at_desk(member).get("/records/without-practitioner/")
    assert page.context["page"].paginator.count == 1
    assert request.reference in main(page)
    assert gone.name in main(page)


@pytest.mark.parametrize("number", [1, 3, 27])
@pytest.mark.parametrize("address", ["/records/to-shield/", "/records/without-practitioner/"])
def test_the_lists_cost_the_same_however_long(number, address):
    member, service = an_iw_member(), a_service()
    for _ in range(number):
        a_request(a_practitioner(service=service))
    service.people.update(is_active=False)
    browser = at_desk(member)
    with Statements() as asked:
        page = browser.get(address)
    assert page.context["page"].paginator.count == number
    assert len([q for q in asked if q["sql"].startswith("SELECT")]) <= 6
    assert len(page.content) <= 60 * 1024


@pytest.mark.parametrize("others", [0, 4])
def test_a_record_page_costs_the_same_however_many_ask(others):
    member, service = an_iw_member(), a_service()
    first = a_phoned_request(a_practitioner(service=service), by=member)
    number = first.record.number_in_clear()
    for _ in range(others):
        agreed(a_request(number=number, now=timezone.now()), by=member, now=timezone.now())
    browser = at_desk(member)
    with Statements() as asked:
        browser.get(page_of(first.record))
    assert len([q for q in asked if re.match("SELECT|INSERT|UPDATE", q["sql"])]) <= 10
