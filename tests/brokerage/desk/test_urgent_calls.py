"""Urgent calls by their pages: logged at once, read by a second member within a day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.models import AccessRequest
from brokerage.time_limits import CALL_READ_WITHIN
from logbook.misuse.presenters import READ_WITHIN
from logbook.models import Entry
from shielding.home import to_do
from shielding.models import Record
from shielding.notices.models import Notice
from tests.brokerage.support.cast import a_cast
from tests.brokerage.support.desk import DESK, forms_on, page_of, references, send
from tests.brokerage.support.urgent_calls import a_call, a_call_posted
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db
URGENT = f"{DESK}urgent-call/"


def test_a_call_without_account_is_logged_for_its_service():
    member, service = an_iw_member(), a_service("Invented police")
    call = a_call_posted(service=service.code)
    page = at_desk(member).post(URGENT, call, follow=True)
    access = AccessRequest.objects.get()
    assert page.redirect_chain == [(page_of(access), 302)]
    assert (access.reference, access.logged_by, access.service, access.requester) == (
        call["reference"].partition(":")[0],
        member,
        service,
        None,
    )
    assert Record.objects.get().number_in_clear() == call["number"]
    text = main(page)
    for words in (
        "Invented police",
        "A police officer, without an account",
        "By nobody yet",
        "Viewed for the requester by the IW Team, passed on by phone",
        "The call is logged.",
    ):
        assert words in text
    assert call["number"] not in page.content.decode()


def test_a_practitioner_is_found_and_their_manager_is_told():
    cast = a_cast()
    call = a_call_posted(caller="practitioner", email=f" {cast.requester.email.upper()} ")
    at_desk(cast.member).post(URGENT, call)
    access = AccessRequest.objects.get()
    assert (access.requester, access.service) == (cast.requester, cast.requester.service)
    told = Notice.objects.filter(subject=access.reference, kind="item_changed")
    assert cast.manager in {notice.recipient for notice in told}


def test_sending_it_twice_finds_the_first():
    browser, call = at_desk(an_iw_member()), a_call_posted(service=a_service().code)
    assert browser.post(URGENT, call).url == browser.post(URGENT, call).url
    assert AccessRequest.objects.count() == 1
    other = browser.post(URGENT, call | {"number": "CP00000007", "number_again": "CP00000007"})
    assert other.status_code == 409


def test_a_second_member_reads_it_and_who_logged_it_may_not():
    cast = a_cast()
    call = a_call(by=cast.member)
    browser = at_desk(cast.member)
    page = browser.get(page_of(call))
    assert forms_on(page) == []
    said = "You logged this call, so another member reads it. These members may: "
    able = main(page).partition(said)[2].partition(".")[0].split(", ")
    assert {*able} == {cast.colleague.name, cast.lead.name, cast.other_lead.name}
    assert send(browser, call, "read", read="on").status_code == 403
    assert references(browser.get(DESK, {"tab": "to_read"})) == [call.reference]
    page = send(at_desk(cast.colleague), call, "read", read="on")
    assert "It is recorded that you read this call." in main(page)
    assert forms_on(page) == []
    assert references(browser.get(DESK, {"tab": "to_read"})) == []
    assert Entry.objects.filter(event="access_call_read", reference=call.reference).exists()
    late = send(at_desk(cast.lead), call, "read", read="on")
    assert "This call does not wait to be read." in main(late)


def test_a_call_is_seen_on_a_later_request_for_the_same_record():
    cast = a_cast()
    call = a_call(by=cast.member, requester=cast.requester)
    again = a_call(by=cast.member, number=call.record.number_in_clear())
    assert call.reference in main(at_desk(cast.member).get(page_of(again)))


@pytest.mark.parametrize("somebody", [a_practitioner, an_auditor, an_administrator])
def test_only_the_iw_team_logs_calls(somebody):
    browser = at_desk(somebody())
    assert browser.get(URGENT).status_code == 403
    assert browser.post(URGENT, a_call_posted(service=a_service().code)).status_code == 403
    assert AccessRequest.objects.count() == 0


def test_the_desk_and_the_auditors_call_a_reading_late_at_the_same_hour():
    assert CALL_READ_WITHIN == READ_WITHIN


def calls_at_home(person):
    """Return the tiles of calls to read at somebody's home: their own first."""
    waiting = to_do.waiting_for(person, timezone.now())
    return [one for one in (*waiting.mine, *waiting.colleagues) if "calls" in one.label]


def test_a_call_is_late_a_day_after_it_was_logged_on_the_tile_it_is_counted_in():
    now, member, other = timezone.now(), an_iw_member(), an_iw_member()
    a_call(by=member, now=now - timedelta(hours=25))
    a_call(by=other, now=now - timedelta(hours=23))
    late = {}
    for person in (member, other, an_iw_member()):
        late[person] = [(one.number, one.late) for one in calls_at_home(person)]
    assert [*late.values()] == [[(1, False), (1, True)], [(1, True), (1, False)], [(2, True)]]
