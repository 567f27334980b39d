"""The request page once the clock has run: what the source is asked, a look at what was opened."""

import re

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app.desk.lists import TABS
from requests_app.models import Request
from shielding import clock
from shielding.accounts.models import User
from shielding.models import Consultation, Hold, Record
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions
from tests.requests_app.desk.support.request_page import forms_on, page_of, send, today
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import DAY, at, let_go, nobody_asks

pytestmark = pytest.mark.django_db
CHECKED = {"finding": "shielded", **today()}


@pytest.fixture
def member() -> User:
    return an_iw_member(name="Indra Member")


def ago(days: int):
    return at(timezone.localdate() - days * DAY)


def asked_again() -> Request:
    """Return a request that arrived while its record was being unshielded."""
    record = nobody_asks(ago(10))
    unshield_actions.begin_unshield(record, by=an_iw_member(), now=timezone.now())
    return a_request(number=record.number_in_clear(), now=timezone.now())


def let_go_before_decided() -> Request:
    request = a_request(now=ago(2))
    let_go(request.hold, now=ago(1))
    return Request.objects.get(pk=request.pk)


def agree(browser, request, **answers):
    told = {"involvement": "on_record"} | answers
    return send(browser, request, "agree", **told)


def test_whoever_attests_after_an_unshield_that_was_cancelled_says_what_they_found(member):
    request, browser = asked_again(), at_desk(member)
    page = browser.get(page_of(request))
    assert "Check now: it may already be open" in main(page)
    assert main(page).count("Had it been opened?") == 2
    missing = send(browser, request, "applied", **CHECKED)
    assert 'id="applied-found_error"' in missing.content.decode()
    assert Record.objects.get().state == "to_shield"
    send(browser, request, "applied", found="shielded_again", **CHECKED)
    assert Record.objects.get().state == "shielded"
    entry = Entry.objects.get(event="found_after_unshielding")
    assert "shielded_again" in entry.facts
    assert "Had it been opened?" not in main(browser.get(page_of(request)))


def test_agreeing_asks_what_was_found_only_with_the_day_it_was_shielded(member):
    request, browser = asked_again(), at_desk(member)
    looked = {**today("applied_on"), "finding": "shielded"}
    missing = agree(browser, request, **looked)
    assert 'id="agree-found_error"' in missing.content.decode()
    agree(browser, request, **looked, found="never_opened")
    request.refresh_from_db()
    assert (request.state, Record.objects.get().state) == ("agreed", "shielded")


def test_an_agreed_one_may_be_shielded_later(member):
    request = asked_again()
    agree(at_desk(member), request)
    request.refresh_from_db()
    assert (request.state, Record.objects.get().state) == ("agreed", "to_shield")


def test_no_such_question_where_nothing_was_being_unshielded(member):
    page = at_desk(member).get(page_of(a_request(now=timezone.now())))
    assert "Had it been opened?" not in main(page)


def test_what_was_let_go_before_it_was_decided_is_concluded_once(member):
    request, browser = let_go_before_decided(), at_desk(member)
    page = browser.get(page_of(request))
    assert forms_on(page) == ["number", "let-go"]
    missing = send(browser, request, "let-go")
    assert 'id="let-go-no_duplicate_error"' in missing.content.decode()
    done = send(browser, request, "let-go", no_duplicate="on")
    assert "The first review is concluded." in main(done)
    request.review.refresh_from_db()
    assert (request.review.outcome, request.review.concluded_by) == ("let_go", member)
    assert forms_on(browser.get(page_of(request))) == ["number"]
    again = send(browser, request, "let-go", no_duplicate="on")
    assert again.status_code == 409


def test_one_that_still_stands_is_decided_not_concluded(member):
    request, browser = a_request(now=timezone.now()), at_desk(member)
    assert "let-go" not in forms_on(browser.get(page_of(request)))
    refused = send(browser, request, "let-go", finding="shielded")
    assert refused.status_code == 409
    assert "This request still stands: decide and review it." in main(refused)


def concluding(request: Request) -> str:
    return f"/six-monthly-reviews/{request.reference}/"


def conclude(browser, request: Request, **changed: str):
    day = Hold.objects.get(pk=request.hold_id).review_due
    given = {"next_shown": day.isoformat(), "finding": "shielded"} | changed
    return browser.post(f"{concluding(request)}conclude/", given, follow=True)


def test_agreeing_leads_to_where_the_first_review_waits_for_its_source(member):
    request, browser = a_request(now=timezone.now()), at_desk(member)
    assert browser.get(concluding(request)).status_code == 404
    assert concluding(request) not in browser.get(page_of(request)).content.decode()
    agree(browser, request)
    page = browser.get(page_of(request))
    assert "It waits for the practitioner’s answer" in main(page)
    assert f'href="{concluding(request)}"' in page.content.decode()
    page = main(browser.get(concluding(request)))
    assert "1 practitioner has not answered." in page
    assert "Conclude the review" not in re.findall(r"<button[^>]*>\s*([^<]+?)\s*<", page)
    refused = conclude(browser, request)
    assert refused.status_code == 409
    assert "has not answered since the day of the first mail" in main(refused)
    assert [one.code for one in TABS if one.code in tabs_of(browser, request)] == [
        "to_shield",
        "open",
    ]


def tabs_of(browser, request: Request) -> set[str]:
    """Return in which tabs of the work queue a request stands."""
    pages = {tab.code: browser.get("/desk/", {"tab": tab.code}) for tab in TABS}
    return {code for code, page in pages.items() if request.reference in page.content.decode()}


@pytest.mark.parametrize("answered", [True, False])
def test_the_first_review_is_found_in_the_queue_and_concluded_with_its_answer_or_without(
    member, answered
):
    request, browser = a_request(now=ago(9)), at_desk(member)
    agree(browser, request)
    if answered:
        told = {
            "answer": "still_needed",
            "views": "yes",
            "sought_by": "source",
            "family_told": "not_safe",
        }
        browser.post(f"/by-phone/{request.reference}/answer/", told)
    assert "to_conclude" in tabs_of(browser, request)
    assert "First reviews to conclude" in browser.get("/").content.decode()
    page = main(browser.get(concluding(request)))
    assert ("These are recorded as “no answer”" in page) is not answered
    assert ("It is not safe to tell them" in page) is answered
    day = Hold.objects.get(pk=request.hold_id).review_due
    assert f"The six-monthly review stays due on {day:%-d %B %Y}" in page
    missing = conclude(browser, request, finding="")
    assert 'id="id_finding_error"' in missing.content.decode()
    stale = conclude(browser, request, next_shown="2001-01-01")
    assert stale.status_code == 409
    done = conclude(browser, request)
    assert "The review is concluded." in main(done)
    request.review.refresh_from_db()
    answer = "still_needed" if answered else "no_answer"
    assert (request.review.outcome, request.review.consultations.get().answer) == (
        "continues",
        answer,
    )
    assert "to_conclude" not in tabs_of(browser, request)
    assert conclude(browser, request).status_code == 409
    assert "to conclude" not in main(browser.get(page_of(request)))


def test_who_logged_the_call_is_refused_on_the_page_too(member):
    request, colleague = a_phoned_request(by=member), at_desk(an_iw_member())
    agree(colleague, request)
    assert conclude(at_desk(member), request).status_code == 403


def test_one_let_go_after_it_was_agreed_is_concluded_on_the_request_s_page(member):
    request, browser = a_request(now=ago(9)), at_desk(member)
    agree(browser, request)
    let_go(Hold.objects.get(pk=request.hold_id), now=ago(1))
    page = browser.get(concluding(request))
    assert "This request no longer asks for the shield." in main(page)
    assert f'href="{page_of(request)}"' in page.content.decode()
    send(browser, request, "let-go", no_duplicate="on")
    request.review.refresh_from_db()
    assert request.review.outcome == "let_go"


def test_an_answer_by_phone_is_recorded_before_the_request_is_agreed(member):
    request, browser = a_phoned_request(by=an_iw_member()), at_desk(member)
    address = f"/by-phone/{request.reference}/answer/"
    assert f'href="{address}"' in browser.get(page_of(request)).content.decode()
    told = {"answer": "still_needed", "views": "not_safe"}
    missing = browser.post(address, told)
    assert 'id="id_family_told_error"' in missing.content.decode()
    told["family_told"] = "not_yet"
    page = browser.post(address, told, follow=True)
    assert page.redirect_chain == [(page_of(request), 302)]
    assert "on the practitioner’s confirmed word" in main(page)
    agree(browser, request)
    asked = Consultation.objects.get()
    assert (asked.answer, asked.family_told) == ("still_needed", "not_yet")


def test_a_six_monthly_review_that_asks_them_too_stands_on_the_request_s_page(member):
    request = a_request(a_practitioner(), now=ago(200))
    review_actions.open_due_reviews(timezone.now())
    page = main(at_desk(member).get(page_of(request)))
    assert "First review of a request" in page
    assert "Six-monthly review" in page
    due = clock.next_review_due(clock.today(ago(200)))
    assert f"{due.day} {due:%B %Y}" in page
