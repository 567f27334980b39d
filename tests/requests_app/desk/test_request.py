"""The IW Team's page of one request: what it shows, what each form does, what bad input gets."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from logbook.references import new_reference
from requests_app import states
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.policies import PROPOSED_ANEW
from requests_app.practitioner import actions as practitioner_actions
from shielding import clock
from shielding.accounts.models import User
from shielding.models import Record
from shielding.roles import Role
from tests.requests_app.desk.support.request_page import forms_on, page_of, send, today
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import (
    a_phoned_request,
    a_proposed_request,
    a_returned_request,
)
from tests.requests_app.support.posts import on
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
    moved_on,
)
from tests.support.requests import a_request, agreed, full_answers

pytestmark = pytest.mark.django_db
ACTS = (
    "applied",
    "agree",
    "return",
    "propose",
    "confirm",
    "overturn",
    "settle",
    "look-again",
)


def test_opening_a_request_is_an_entry():
    request, member = a_request(), an_iw_member()
    page = at_desk(member).get(page_of(request))
    assert page.status_code == 200
    entry = Entry.objects.filter(event="request_opened", reference=request.reference).get()
    assert (entry.actor, entry.record) == (member.uid, request.record.reference)
    assert request.record.number_in_clear() not in page.content.decode()


@pytest.mark.parametrize("somebody", [a_practitioner, an_auditor, an_administrator])
def test_only_the_iw_team_opens_it(somebody):
    request = a_request()
    browser = at_desk(somebody())
    assert browser.get(page_of(request)).status_code == 403
    for act in (*ACTS, "number"):
        assert browser.post(f"{page_of(request)}{act}/").status_code == 403


def test_an_absent_request_and_a_draft_are_the_same_not_found():
    from_nowhere = f"/desk/requests/{new_reference()}/"
    person = a_practitioner()
    at_desk(person).post("/requests/start/")
    draft = Request.objects.get(practitioner=person)
    browser = at_desk(an_iw_member())
    absent, hidden = browser.get(from_nowhere), browser.get(page_of(draft))
    assert (absent.status_code, hidden.status_code) == (404, 404)
    assert main(absent) == main(hidden)
    assert Entry.objects.filter(event="not_found").count() == 2
    assert browser.post(f"{from_nowhere}agree/").status_code == 404


@pytest.mark.parametrize("address", ["IW-0000-0000", "x", "IW-7KQ4-M2XD%00", "1"])
def test_what_is_no_reference_is_not_found(address):
    assert at_desk(an_iw_member()).get(f"/desk/requests/{address}/").status_code == 404


def test_applied_then_agreed():
    request, member = a_request(now=timezone.now()), an_iw_member()
    browser = at_desk(member)
    page = send(browser, request, "applied", finding="shielded", **today())
    assert "attested as shielded for this request" in main(page)
    page = send(browser, request, "agree", involvement="on_record")
    assert "The request is agreed" in main(page)
    assert forms_on(page) == ["number"]
    request.refresh_from_db()
    assert (request.state, request.involvement) == (states.AGREED, "on_record")
    assert Record.objects.get().state == "shielded"
    assert (request.hold.applied_by, request.hold.agreed_by) == (member, member)


def test_applied_and_agreed_in_one_go():
    request = a_request(now=timezone.now())
    answers = {"involvement": "manager_confirmed", "finding": "shielded"}
    send(at_desk(an_iw_member()), request, "agree", **answers, **today(name="applied_on"))
    request.refresh_from_db()
    assert request.state == states.AGREED
    assert request.hold.applied_at is not None
    assert Entry.objects.filter(event="shield_applied").count() == 1


def test_agreed_before_it_is_applied_stays_to_be_applied():
    request = a_request(now=timezone.now())
    answers = {"involvement": "on_record"}
    page = send(at_desk(an_iw_member()), request, "agree", **answers)
    assert "The request is agreed." in main(page)
    assert "applied" in forms_on(page)
    assert Record.objects.get().state == "to_shield"


def test_the_next_review_is_shown_before_agreeing():
    request = a_request(now=timezone.now() - timedelta(days=3))
    page = at_desk(an_iw_member()).get(page_of(request))
    words = "The first six-monthly review of this request is due on"
    assert f"{words} {request.hold.review_due:%-d %B %Y}" in main(page)


def test_returned_with_a_query():
    request = a_request(now=timezone.now())
    page = send(at_desk(an_iw_member()), request, "return", query="points")
    assert "Look at the points to consider again" in main(page)
    request.refresh_from_db()
    step = page.context["timeline"][-1]
    assert (step.title, step.at, step.by) == ("Returned with a query", request.state_since, "")
    assert "Record number Saved" in main(page)
    assert "not shown here" not in main(page)
    assert (request.state, request.hold.is_standing) == (states.RETURNED, True)
    assert forms_on(page) == ["number", "applied", "agree", "propose"]


def test_a_caller_without_account_is_not_asked_in_writing():
    request = a_phoned_request(service=a_practitioner().service)
    browser = at_desk(an_iw_member())
    assert "return" not in forms_on(browser.get(page_of(request)))
    assert send(browser, request, "return", query="points").status_code == 409


def test_who_logged_a_call_attests_it_and_leaves_the_decision_to_others():
    member = an_iw_member()
    request = a_phoned_request(by=member)
    browser = at_desk(member)
    assert forms_on(browser.get(page_of(request))) == ["number", "applied"]
    answers = {"involvement": "on_record"}
    assert send(browser, request, "agree", **answers).status_code == 403
    assert send(at_desk(an_iw_member()), request, "agree", **answers).status_code == 200
    request.refresh_from_db()
    assert request.state == states.AGREED


def test_not_agreed_takes_two_and_the_first_sees_who_may():
    one, two = an_iw_member(name="First Member"), an_iw_member(name="Second Member")
    new = an_iw_member(name="New Member", second_person_from=timezone.now() + timedelta(hours=3))
    request = a_proposed_request(one)
    for person in (one, new):
        page = at_desk(person).get(page_of(request))
        assert "It is not yours to confirm or overturn" in main(page)
        assert "These members may: Second Member." in main(page)
        assert set(forms_on(page)) == {"number", "applied"}
        assert send(at_desk(person), request, "confirm", finding="shielded").status_code == 403
        assert send(at_desk(person), request, "overturn").status_code == 403
    page = send(at_desk(two), request, "confirm", finding="shielded")
    assert "the request is not agreed" in main(page)
    request.refresh_from_db()
    assert (request.state, request.hold.is_standing) == (states.NOT_AGREED, False)


def test_nobody_may_be_the_second():
    one = an_iw_member()
    page = at_desk(one).get(page_of(a_proposed_request(one)))
    assert "Nobody may confirm or overturn it at the moment" in main(page)


def test_a_proposal_is_overturned():
    request = a_proposed_request(an_iw_member())
    page = send(at_desk(an_iw_member()), request, "overturn")
    request.refresh_from_db()
    assert request.state == states.SUBMITTED
    assert "agree" in forms_on(page)


@pytest.mark.parametrize(
    ("act", "answers", "state"),
    [
        ("settle", {"no_duplicate": "on"}, states.SETTLED),
        ("look-again", {"query": "risk"}, states.LOOK_AGAIN),
    ],
)
def test_considered_gets_its_second_look(act, answers, state):
    request = a_request(decision="considered", now=timezone.now())
    browser = at_desk(an_iw_member())
    page = browser.get(page_of(request))
    assert forms_on(page) == ["number", "settle", "look-again"]
    assert f"The first review stays due on {request.review.due:%-d %B %Y}." in main(page)
    page = send(browser, request, act, **answers)
    assert ("Asked to look again" in main(page)) == (act == "look-again")
    request.refresh_from_db()
    assert (request.state, request.hold) == (state, None)


def test_the_answers_are_read_as_somebody_elses():
    request = a_request(
        lead_professional="me", family_told="will", family_told_on=None, not_grounds=[]
    )
    cards = at_desk(an_iw_member()).get(page_of(request)).context["sections"]
    assert [card.title for card in cards][-1] == "What they have done"
    rows = {row.key: row.value for card in cards for row in card.rows}
    assert rows["Lead Professional"] == "The practitioner"
    assert rows["Telling the family"].startswith("They will tell the family")
    assert rows["Reasons that are no ground"] == "None of them applies"
    assert rows["Their decision"] == "Shield the record"
    yours = {word for key in rows for word in key.lower().split()} & {"you", "your", "me", "i"}
    assert not yours


def test_what_is_not_agreed_says_whether_it_was_decided():
    """ "No" alone reads as refused."""
    cast = stories.a_cast()
    browser = at_desk(cast.member)
    for story, words in (
        (stories.submitted, "Not decided yet"),
        (stories.returned, "Not yet: returned with a query"),
        (stories.not_agreed, "Not agreed"),
    ):
        page = browser.get(page_of(story(cast)))
        agreed_row = next(row for row in page.context["facts"] if row.key == "Agreed")
        assert agreed_row.value == words
    ended = stories.let_go(cast)
    assert "Agreed Not decided before it ended" in main(browser.get(page_of(ended)))
    record = reverse("record_detail", args=[ended.record.reference])
    assert "Agreed Not before it ended" in main(browser.get(record))


def test_other_requests_for_the_record_are_counted_and_lead_to_it():
    request = a_request()
    number = request.record.number_in_clear()
    a_request(number=number)
    page = at_desk(an_iw_member()).get(page_of(request))
    assert "1 other request stands for this record." in main(page)
    assert f'href="/records/{request.record.reference}/"' in page.content.decode()


def test_a_disowned_request_says_so():
    request = a_phoned_request()
    practitioner_actions.disown_phoned(request, by=request.practitioner, now=timezone.now())
    page = at_desk(an_iw_member()).get(page_of(request))
    assert "did not phone" in main(page)
    assert forms_on(page) == ["number", "applied", "propose"]


def test_the_number_is_in_one_reply_and_in_the_logbook():
    request, member = a_request(), an_iw_member()
    browser = at_desk(member)
    shown = browser.post(f"{page_of(request)}number/")
    number = request.record.number_in_clear()
    assert number in main(shown)
    assert number not in re.search(r"<title>.*?</title>", shown.content.decode(), re.S).group()
    assert Entry.objects.filter(event="number_shown", reference=request.reference).count() == 1
    assert browser.get(f"{page_of(request)}number/").status_code == 405
    assert number not in browser.get(page_of(request)).content.decode()


def test_who_was_overtaken_reads_who_did_what_and_when():
    request = a_request(now=timezone.now())
    seen = {"seen": request.changed_at.isoformat()}
    agreed(request, by=an_iw_member(name="Quick Colleague"), now=timezone.now())
    slow = at_desk(an_iw_member())
    page = slow.post(f"{page_of(request)}propose/", seen | {"reason": "well_known"})
    assert page.status_code == 409
    assert "Somebody has already acted on this" in main(page)
    assert f"Quick Colleague agreed the request {request.reference}" in main(page)
    assert f'href="{page_of(request)}"' in page.content.decode()
    entry = Entry.objects.get(event="refused")
    assert (entry.reference, '"why":"overtaken"' in entry.facts) == (request.reference, True)
    request.refresh_from_db()
    assert request.state == states.AGREED


def test_attesting_twice_says_who_did():
    request = a_request(now=timezone.now())
    send(
        at_desk(an_iw_member(name="Quick Colleague")),
        request,
        "applied",
        finding="shielded",
        **today(),
    )
    page = send(at_desk(an_iw_member()), request, "applied", finding="shielded", **today())
    assert page.status_code == 409
    assert "Quick Colleague attested that record" in main(page)


LOOKED = {"no_duplicate": "on", "finding": "shielded"}
BAD_SEEN = ["", "x", "2026-13-40", "2026-03-02T10:00:00", "\x00", "9" * 500, "\u202e", "0"]


def test_a_page_without_its_moment_is_to_be_opened_again():
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    answers = {
        "involvement": "on_record",
        "no_duplicate": "on",
        "query": "points",
        "reason": "well_known",
    }
    for act, seen in product(("agree", "return", "propose"), BAD_SEEN):
        page = browser.post(f"{page_of(request)}{act}/", answers | {"seen": seen})
        assert page.status_code == 200, (act, seen)
        said = main(page)
        assert "Open this page again" in said or "Null characters" in said, (act, seen)
    request.refresh_from_db()
    assert request.state == states.SUBMITTED


BAD = ["", "nonsense", "x" * 5000, "a\x00b", "\u202ecod", "1"]


def test_a_code_that_is_none_is_said_beside_its_field():
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    fields = {"agree": "involvement", "return": "query", "propose": "reason"}
    for (act, field), value in product(fields.items(), BAD):
        page = send(browser, request, act, **{"no_duplicate": "on", field: value})
        text = page.content.decode()
        assert (page.status_code, text.count("There is a problem")) == (200, 1), (act, value)
        assert f'id="{act}-{field}_error"' in text, (act, value)
        assert f'href="#{act}-{field}_0"' in text, (act, value)


BAD_DAYS = [
    ("", "", ""),
    ("1", "1", "2020"),
    ("31", "2", "2026"),
    ("x", "y", "z"),
    ("1\x00", "1", "2026"),
    ("1", "1", "9" * 300),
    ("\u202e1", "1", "2026"),
    ("1", "1", "2199"),
]


def test_a_day_that_cannot_be_is_said_beside_it():
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    names = [f"checked_on_{part}" for part in ("day", "month", "year")]
    for parts in BAD_DAYS:
        given = dict(zip(names, parts, strict=True))
        page = send(browser, request, "applied", finding="shielded", **given)
        assert page.status_code == 200, parts
        assert 'id="applied-checked_on_error"' in page.content.decode(), parts
    request.refresh_from_db()
    assert request.hold.applied_at is None


def test_attesting_with_the_agreement_needs_the_day_and_what_was_found():
    request, browser = a_request(now=timezone.now()), at_desk(an_iw_member())
    for field, given in (
        ("finding", today("applied_on")),
        ("finding", today("applied_on") | {"finding": "nonsense"}),
        ("applied_on", {"finding": "shielded"}),
        ("open_from", today("open_from")),
        ("open_from", today("applied_on") | {"finding": "shielded"} | today("open_from")),
    ):
        page = send(browser, request, "agree", involvement="on_record", **given)
        assert f'id="agree-{field}_error"' in page.content.decode()
        assert "<title>Error: " in page.content.decode()
    request.refresh_from_db()
    assert (request.state, request.hold.applied_at) == (states.SUBMITTED, None)


def test_a_request_let_go_offers_nothing():
    one, two = an_iw_member(), an_iw_member()
    request = a_proposed_request(one)
    send(at_desk(two), request, "confirm", finding="shielded")
    page = at_desk(two).get(page_of(request))
    assert forms_on(page) == ["number"]
    assert send(at_desk(two), request, "agree", involvement="on_record").status_code == 409


def test_a_returned_request_can_be_agreed_by_phone():
    request = a_returned_request(an_iw_member())
    send(at_desk(an_iw_member()), request, "agree", involvement="on_record")
    request.refresh_from_db()
    assert request.state == states.AGREED


@pytest.mark.parametrize(
    ("act", "field", "answers"),
    [("applied", "checked_on", {}), ("agree", "applied_on", {"involvement": "on_record"})],
)
def test_a_day_before_the_shield_was_asked_for_is_said_beside_it(act, field, answers):
    """Considered three days ago, asked to look again, and a shield asked for today."""
    then, now, member = timezone.now() - timedelta(days=3), timezone.now(), an_iw_member()
    request = a_request(now=then, decision="considered")
    request = desk_actions.ask_to_look_again(
        request, query="risk", seen=request.changed_at, by=member, now=then
    )
    answers_now = full_answers()
    del answers_now["number"]
    Request.objects.filter(pk=request.pk).update(**answers_now)
    practitioner_actions.resubmit(request, by=request.practitioner, now=now)
    page = send(at_desk(member), request, act, **LOOKED, **on(field, clock.today(then)), **answers)
    assert page.status_code == 200
    assert f'id="{act}-{field}_error"' in page.content.decode()
    assert "The day cannot be before the day the shield was asked for" in main(page)
    page = send(at_desk(member), request, act, **LOOKED, **on(field), **answers)
    request.refresh_from_db()
    assert request.hold.applied_at is not None


@pytest.mark.parametrize("left", ["suspended", "another role"])
def test_what_somebody_proposed_who_no_longer_works_here_is_only_overturned(left):
    request, member = a_proposed_request(an_iw_member()), an_iw_member()
    if left == "suspended":
        User.objects.filter(pk=request.proposed_by_id).update(is_active=False)
    else:
        moved_on(request.proposed_by, Role.AUDITOR)
    browser = at_desk(member)
    page = browser.get(page_of(request))
    assert PROPOSED_ANEW in main(page)
    assert [form.slug for form in page.context["acting"]] == ["applied", "overturn"]
    given = {"seen": request.changed_at.isoformat(), "finding": "shielded"}
    refused = browser.post(f"{page_of(request)}confirm/", given)
    assert (refused.status_code, PROPOSED_ANEW in main(refused)) == (409, True)
    request.refresh_from_db()
    assert (request.state, request.hold.is_standing) == (states.PROPOSED, True)
    browser.post(f"{page_of(request)}overturn/", given)
    request.refresh_from_db()
    assert (request.state, request.proposed_by) == (states.SUBMITTED, None)
