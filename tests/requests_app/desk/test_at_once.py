"""Several members at one request at the same moment: one acts, the others read who did and when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app import states
from requests_app.models import Request
from shielding.models import Hold, Record
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request, born_with_the_form
from tests.support.people import a_service, an_iw_member
from tests.support.requests import a_number, a_request

pytestmark = pytest.mark.django_db(transaction=True)
OFFICERS, POSTS = 8, 16
DECISIONS = {
    "agree": ("agreed_review_open", states.AGREED),
    "propose": ("not_agreed_proposed", states.PROPOSED),
    "return": ("request_returned", states.RETURNED),
}
ANSWERS = {
    "involvement": "on_record",
    "reason": "well_known",
    "query": "points",
}


@counts(6, 20)
def test_of_eight_officers_one_decides_and_seven_are_told_who_did(times):
    team = [an_iw_member() for _ in range(OFFICERS)]
    browsers = [at_desk(member) for member in team]
    acts = [list(DECISIONS)[turn % 3] for turn in range(OFFICERS)]
    with a_crowd(OFFICERS) as crowd:
        for turn in range(times):
            request = a_phoned_request()
            _decide_at_once(request, crowd, browsers, acts[turn % 3 :] + acts[: turn % 3])


def _decide_at_once(request, crowd, browsers, acts):
    posted = {"seen": request.changed_at.isoformat()} | ANSWERS
    address = f"/desk/requests/{request.reference}/"
    replies = crowd.at_once(
        *[
            lambda browser=browser, act=act: browser.post(f"{address}{act}/", posted)
            for browser, act in zip(browsers, acts, strict=True)
        ]
    )
    assert sorted(reply.status_code for reply in replies) == [302] + [409] * (OFFICERS - 1)
    (winner,) = [act for reply, act in zip(replies, acts, strict=True) if reply.status_code == 302]
    event, state = DECISIONS[winner]
    decided = Entry.objects.filter(
        reference=request.reference, event__in=[e for e, _ in DECISIONS.values()]
    )
    assert [entry.event for entry in decided] == [event]
    request.refresh_from_db()
    assert request.state == state
    refused = [reply for reply in replies if reply.status_code == 409]
    assert all("Somebody has already acted on this" in main(reply) for reply in refused)
    assert all(f"{request.reference}" in main(reply) for reply in refused)
    entries = Entry.objects.filter(reference=request.reference, event="refused")
    assert entries.count() == OFFICERS - 1


def test_of_eight_officers_one_attests():
    team = [an_iw_member() for _ in range(OFFICERS)]
    browsers = [at_desk(member) for member in team]
    day = timezone.localdate()
    posted = {
        "checked_on_day": day.day,
        "checked_on_month": day.month,
        "checked_on_year": day.year,
        "finding": "shielded",
    }
    request = a_phoned_request()
    address = f"/desk/requests/{request.reference}/applied/"
    with a_crowd(OFFICERS) as crowd:
        replies = crowd.at_once(
            *[lambda browser=browser: browser.post(address, posted) for browser in browsers]
        )
    assert sorted(reply.status_code for reply in replies) == [302] + [409] * (OFFICERS - 1)
    assert Entry.objects.filter(event="shield_applied").count() == 1


def test_of_two_members_one_phones_back_and_one_records_the_answers():
    browsers = [at_desk(an_iw_member()) for _ in range(2)]
    phoned_back = a_request(ground="other", now=timezone.now())
    without_account = a_phoned_request(service=a_service())
    seen = without_account.changed_at.isoformat()
    posts = (
        (phoned_back, "phoned-back", {"phoned": "on"}, "phoned_back"),
        (without_account, "answers", {"seen": seen, "origin": "practitioner"}, "answers_on_word"),
    )
    with a_crowd(2) as crowd:
        for request, act, posted, event in posts:
            address = f"/desk/requests/{request.reference}/{act}/"
            replies = crowd.at_once(
                *[
                    lambda browser=browser, address=address, posted=posted: browser.post(
                        address, posted
                    )
                    for browser in browsers
                ]
            )
            assert sorted(reply.status_code for reply in replies) == [302, 409]
            (refused,) = [reply for reply in replies if reply.status_code == 409]
            assert "Somebody has already acted on this" in main(refused)
            assert Entry.objects.filter(event=event).count() == 1


@counts(6, 20)
def test_sixteen_identical_calls_are_one_request(times):
    service, member = a_service(), an_iw_member()
    browsers = [at_desk(member) for _ in range(POSTS)]
    with a_crowd(POSTS) as crowd:
        for _ in range(times):
            _call_at_once(crowd, browsers, service)
    assert (Request.objects.count(), Hold.objects.count()) == (times, times)


def _call_at_once(crowd, browsers, service):
    number = a_number()
    call = {
        "reference": born_with_the_form(),
        "number": number,
        "number_again": number,
        "ground": "abuse",
        "caller": "police",
        "service": service.code,
    }
    replies = crowd.at_once(
        *[lambda browser=browser: browser.post("/desk/phoned/", call) for browser in browsers]
    )
    assert {(reply.status_code, reply.url) for reply in replies} == {
        (302, f"/desk/requests/{call['reference'].partition(':')[0]}/")
    }


@counts(6, 20)
def test_one_form_sent_at_once_with_two_numbers_is_one_request_and_a_page_for_the_other(times):
    """Two numbers are two records: neither post waits for the other's lock."""
    service, member = a_service(), an_iw_member()
    browsers = [at_desk(member), at_desk(an_iw_member())]
    with a_crowd(2) as crowd:
        for _ in range(times):
            call = {
                "reference": born_with_the_form(),
                "ground": "abuse",
                "caller": "police",
                "service": service.code,
            }
            calls = [call | {"number": n, "number_again": n} for n in (a_number(), a_number())]
            replies = crowd.at_once(
                *[
                    lambda browser=browser, call=call: browser.post("/desk/phoned/", call)
                    for browser, call in zip(browsers, calls, strict=True)
                ]
            )
            _one_is_logged_and_the_other_told_by_whom(calls, replies)
    assert (Request.objects.count(), Hold.objects.count()) == (times, times)
    assert Record.objects.count() == times


def _one_is_logged_and_the_other_told_by_whom(calls, replies):
    assert sorted(reply.status_code for reply in replies) == [302, 409]
    ((call, _),) = [pair for pair in zip(calls, replies, strict=True) if pair[1].status_code == 302]
    (refused,) = [reply for reply in replies if reply.status_code == 409]
    request = Request.objects.get(reference=call["reference"].partition(":")[0])
    assert request.record.number_in_clear() == call["number"]
    assert "This form was already sent" in main(refused)
    assert f"{request.logged_by.name} logged a phoned request" in main(refused)
    assert f"/desk/requests/{request.reference}/" in refused.content.decode()


def test_the_second_of_two_is_one_person():
    proposer, *others = [an_iw_member() for _ in range(OFFICERS)]
    request = a_phoned_request()
    at_desk(proposer).post(
        f"/desk/requests/{request.reference}/propose/",
        {"seen": request.changed_at.isoformat(), "reason": "well_known"},
    )
    request.refresh_from_db()
    posted = {"seen": request.changed_at.isoformat(), "finding": "shielded"}
    browsers = [at_desk(member) for member in others]
    acts = ["confirm", "overturn"] * OFFICERS
    with a_crowd(len(others)) as crowd:
        replies = crowd.at_once(
            *[
                lambda browser=browser, act=act: browser.post(
                    f"/desk/requests/{request.reference}/{act}/", posted
                )
                for browser, act in zip(browsers, acts, strict=False)
            ]
        )
    assert sorted(reply.status_code for reply in replies) == [302] + [409] * (len(others) - 1)
    request.refresh_from_db()
    assert request.state in (states.NOT_AGREED, states.SUBMITTED)


def test_a_page_of_before_is_refused_even_where_the_state_is_the_same_again():
    """Proposed and overturned: the state reads as before, but its moment does not."""
    one, two, slow = (an_iw_member() for _ in range(3))
    request = a_phoned_request()
    seen = {"seen": request.changed_at.isoformat(), "reason": "well_known"}
    at_desk(one).post(f"/desk/requests/{request.reference}/propose/", seen)
    request.refresh_from_db()
    at_desk(two).post(
        f"/desk/requests/{request.reference}/overturn/",
        {"seen": request.changed_at.isoformat()},
    )
    request.refresh_from_db()
    assert request.state == states.SUBMITTED
    assert request.changed_at > timezone.now() - timedelta(minutes=5)
    page = at_desk(slow).post(f"/desk/requests/{request.reference}/propose/", seen)
    assert page.status_code == 409
    assert f"{two.name} overturned the proposal" in main(page)
