"""What somebody without an account answers: all that is open on one page, on their word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from requests_app import questions
from requests_app.desk import actions as desk_actions
from requests_app.desk.phoned_requests import record_answers
from requests_app.models import Request
from shielding.holds import letting_go
from shielding.models import Consultation, Hold
from shielding.notices.models import Notice
from shielding.web.refusals import NotAllowed, WrongState
from tests.requests_app.desk.support.request_page import page_of
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.requests_app.support.posts import on, posts
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db
STILL = {
    "review-answer": "still_needed",
    "review-views": "yes",
    "review-sought_by": "lead_professional",
    "review-family_told": "not_safe",
}
OPEN = (
    "origin", "identity", "explained", "not-grounds", "points", "manager", "protection",
    "siblings", "lead-professional", "family",
)  # fmt: skip


def a_gp(**changed) -> Request:
    return a_phoned_request(**{"service": a_service()} | changed)


def again(request: Request) -> Request:
    return Request.objects.get(pk=request.pk)


def answers(request: Request) -> str:
    return f"{page_of(request)}answers/"


def send(browser, request: Request, *pages: str, **more):
    """Send what was answered of these pages, as the page has them now."""
    typed = {name: value for page in pages for name, value in posts()[page].items()}
    seen = again(request).changed_at.isoformat()
    return browser.post(answers(request), {"seen": seen} | typed | more, follow=True)


def open_pages(request: Request) -> list[str]:
    return [page.slug for page in questions.asked_by_phone(again(request))]


def test_all_that_is_open_is_entered_at_once():
    manager = a_practitioner()
    a_practitioner(service=manager.service, manager=manager)
    request, member = a_gp(service=manager.service), an_iw_member(name="Indra Member")
    browser = at_desk(member)
    assert open_pages(request) == list(OPEN)
    assert answers(request) in browser.get(page_of(request)).content.decode()
    named = {"supporter": str(manager.uid), **on("supported_on")}
    page = main(send(browser, request, *OPEN, **named, **STILL))
    assert "What they answered is recorded, on their word." in page
    assert "Not answered yet" not in page
    assert "Still needed" in page
    request = again(request)
    assert (questions.missing(request), open_pages(request)) == ([], [])
    assert (request.origin, request.supporter, request.siblings_considered) == (
        "family",
        manager,
        True,
    )
    said = Consultation.objects.get()
    assert (said.answer, said.on_word, said.answered_by) == ("still_needed", True, member)
    assert (said.views_sought_by, said.family_told) == ("lead_professional", "not_safe")
    entry = Entry.objects.get(event="answers_on_word")
    assert facts_of(entry) == {"pages": sorted(OPEN), "review": "still_needed"}
    told = Notice.objects.get(kind="named_as_supporter")
    assert (told.recipient, told.mentions) == (manager, request.reference)
    # Nothing is open any more, until a review asks.
    left = browser.get(answers(request), follow=True)
    assert left.redirect_chain == [(page_of(request), 302)]
    assert "There is nothing left to ask them." in main(left)


def test_what_is_left_empty_stays_open_and_is_asked_again():
    request, browser = a_gp(), at_desk(an_iw_member())
    send(browser, request, "siblings", "lead-professional")
    left = [slug for slug in OPEN if slug not in ("siblings", "lead-professional")]
    assert (open_pages(request), Consultation.objects.get().answer) == (left, "")
    page = browser.get(answers(request)).content.decode()
    assert ('name="siblings_considered"' in page, 'name="origin"' in page) == (False, True)
    # They promised to tell the family: that stays open until it is done.
    send(browser, request, family_told="will")
    assert "family" in open_pages(request)
    assert "at least one answer" in main(send(browser, request, family_told="will"))
    send(browser, request, "family")
    assert "family" not in open_pages(request)


def test_once_it_is_applied_they_are_asked_when_professionals_were_told():
    request, member = a_gp(), an_iw_member()
    browser, before = at_desk(member), timezone.localdate() - timedelta(days=1)
    assert 'name="professionals-on_day"' not in browser.get(answers(request)).content.decode()
    applied = {"finding": "shielded", **on("checked_on")}
    browser.post(f"{page_of(request)}applied/", applied)
    page = send(browser, request, **on("professionals-on", before))
    assert 'id="id_professionals-on_error"' in page.content.decode()
    send(browser, request, **on("professionals-on"))
    assert again(request).professionals_told_on == timezone.localdate()
    assert Entry.objects.filter(event="professionals_told", actor=member.uid).count() == 1
    assert 'name="professionals-on_day"' not in browser.get(answers(request)).content.decode()


def test_by_act_alone_no_day_is_taken_on_which_nobody_could_be_told():
    request, member, now = a_gp(), an_iw_member(), timezone.now()

    def told(on):
        seen, nothing = again(request).changed_at, {"answers": {}, "review": None}
        record_answers(request, **nothing, professionals_told_on=on, seen=seen, by=member, now=now)

    with pytest.raises(WrongState, match="not_to_tell"):
        told(timezone.localdate())
    applied = {"finding": "shielded", **on("checked_on")}
    at_desk(member).post(f"{page_of(request)}applied/", applied)
    for day in (timezone.localdate() - timedelta(days=1), timezone.localdate() + timedelta(days=1)):
        with pytest.raises(WrongState, match="not_then"):
            told(day)
    assert again(request).professionals_told_on is None


def test_a_practitioner_who_saw_the_need_is_not_asked_who_in_the_family_did():
    request, browser = a_gp(), at_desk(an_iw_member())
    page = send(browser, request, "identity", origin="practitioner")
    assert 'id="id_origin_error"' in page.content.decode()
    send(browser, request, origin="practitioner")
    assert {"identity", "explained"}.isdisjoint(open_pages(request))


def test_no_longer_needed_lets_go_as_any_word_by_phone():
    request, browser = a_gp(), at_desk(an_iw_member())
    gone = {"review-answer": "no_longer_needed", "review-views": "no"}
    gone |= {"review-family_told": "yes"}
    page = send(browser, request, **gone)
    for field in ("own_systems_unshielded", "family"):
        assert f'id="id_review-{field}_error"' in page.content.decode()
    done = {"review-own_systems_unshielded": "on", "review-family": "told"}
    send(browser, request, "siblings", **gone, **done)
    hold = Hold.objects.get()
    assert (hold.released_how, hold.family, hold.word_to_attest) == ("on_word", "told", True)
    assert again(request).siblings_considered
    assert browser.get(answers(request)).url == page_of(request)


def test_what_is_asked_no_more_is_never_said_to_be_recorded():
    colleague, now = an_iw_member(), timezone.now()
    request, browser = a_gp(), at_desk(an_iw_member())
    day, told = timezone.localdate(), on("professionals-on")
    gone = {"review-answer": "no_longer_needed", "review-views": "no", "review-family": "told"}
    said = {"views": "no", "sought_by": "", "family_told": "yes"}
    letting_go.answer(request.hold, answer="still_needed", **said, by=colleague, now=now)
    # The first page was opened before the colleague's answer, the second before it was found open.
    for stale, words in (
        (gone, "somebody recorded their answer to the review"),
        ({"review-family_told": "yes"}, "somebody recorded their answer to the review"),
        (told, "the record is no longer attested as shielded"),
        (gone | told, "somebody recorded their answer to the review"),
    ):
        page = main(send(browser, request, "siblings", **stale))
        assert "Nothing of what you sent was recorded" in page
        assert words in page
        assert "What they answered is recorded" not in page
    assert not again(request).siblings_considered
    assert not Entry.objects.filter(event="answers_on_word").exists()
    assert "somebody recorded their answer" in main(send(browser, request, **gone))
    # What is still asked goes on, and where nothing is that is said as well.
    desk_actions.attest_applied_for_request(
        request, checked_on=day, no_duplicate=True, by=colleague, now=now
    )
    assert "What they answered is recorded" in main(send(browser, request, *OPEN, **told))
    page = main(send(browser, request, **gone))
    assert "Nothing of what you sent was recorded. There is nothing left to ask them." in page


def test_bad_input_is_said_beside_its_field_and_nothing_is_half_done():
    request, browser = a_gp(), at_desk(an_iw_member())
    before = Request.objects.values().get()
    day = timezone.localdate() + timedelta(days=1)
    wrong = {
        "origin": "neighbour",
        "points": ["knows_home"],
        "explained": ["reasons"],
        "not_grounds": ["none", "well_known"],
        "supporter": str(an_iw_member().uid),
        "own_system": "yes",  # neither when nor what else protects them
        "family_told": "done",
        "lead_professional": "x" * 5000,
        "review-answer": "perhaps",
    }
    at_fault = {*wrong, "own_system_on", "measures_considered", "family_told_on", "review-views"}
    at_fault -= {"own_system", "family_told"}
    to_come = {"family_told": "done", **on("family_told_on", day), "origin": "a\x00b"}
    for fields, given in (
        (at_fault, wrong),
        ({"family_told_on", "origin"}, to_come),
        ({"review-sought_by"}, STILL | {"review-sought_by": ""}),
        ({"origin"}, {}),
    ):
        page = send(browser, request, **{"siblings_considered": "on"} | given if given else {})
        found = {field for field in fields if f'id="id_{field}_error"' in page.content.decode()}
        assert (page.status_code, found) == (200, fields)
    for seen in ("", "x", "2026-03-02"):
        page = send(browser, request, "siblings", seen=seen)
        assert "There is a problem" in main(page)
    assert Request.objects.values().get() == before
    assert Consultation.objects.get().answer == ""


def test_who_was_overtaken_records_nothing():
    request, browser = a_gp(), at_desk(an_iw_member())
    seen = request.changed_at.isoformat()
    send(at_desk(an_iw_member(name="Quick Colleague")), request, "siblings")
    page = send(browser, request, "lead-professional", seen=seen)
    assert page.status_code == 409
    assert "Quick Colleague recorded answers of" in main(page)
    assert again(request).lead_professional == ""


def test_whoever_may_not_and_who_is_not_asked_by_phone_is_refused():
    request, member = a_gp(), an_iw_member()
    given = {"answers": {"siblings": {"siblings_considered": True}}, "review": None}

    def record(about: Request, by=member):
        about, now = again(about), timezone.now()
        record_answers(about, **given, seen=about.changed_at, by=by, now=now)

    for person in (a_practitioner(), an_auditor(), an_administrator()):
        assert at_desk(person).get(answers(request)).status_code == 403
        with pytest.raises(NotAllowed):
            record(request, by=person)
    proposed = a_gp()
    desk_actions.propose_not_agreed(
        proposed, reason="well_known", seen=proposed.changed_at, by=member, now=timezone.now()
    )
    for other in (a_request(), a_phoned_request(), proposed):
        assert at_desk(member).get(answers(other)).url == page_of(other)
        with pytest.raises(WrongState, match="not_by_phone"):
            record(other)
    assert not Entry.objects.filter(event="answers_on_word").exists()
