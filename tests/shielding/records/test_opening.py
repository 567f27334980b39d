"""A record asks why it is opened, unless it waits for the team or an item of work led there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from shielding.accounts.models import User
from shielding.checks.data_loads import actions as loads
from shielding.clock import today
from shielding.models import Check, Record
from shielding.records.opening import REASONS, WORK
from shielding.records.policies import waits_for_team
from shielding.reviews.added import actions as added_reviews
from tests.brokerage.support.cast import a_cast, asking
from tests.support.people import an_iw_member
from tests.support.requests import NOW, a_request
from tests.support.shielded_records import (
    DAY,
    agreed_holds,
    being_unshielded,
    nobody_asks,
    shielded_for,
)

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    """Return a browser that answers nothing by itself."""
    browser = Client()
    browser.force_login(person)
    return browser


def page_of(record: Record, page: str = "record_detail") -> str:
    return reverse(page, args=[record.reference])


def asks_why(browser: Client, record: Record) -> bool:
    answer = browser.get(page_of(record))
    return answer.status_code == 302 and answer.url == page_of(record, "record_purpose")


def purposes() -> list[str]:
    opened = Entry.objects.filter(event="record_opened").order_by("id")
    return [facts_of(entry)["purpose"] for entry in opened]


def test_by_its_address_alone_it_asks_and_so_does_its_number_and_no_entry_is_written():
    record = shielded_for(now=timezone.now() - 20 * DAY)[0].record
    browser = signed_in(an_iw_member())
    why = page_of(record, "record_purpose")
    assert asks_why(browser, record)
    for page in ("record_check", "record_end_propose"):
        assert browser.get(page_of(record, page)).url == why
    answer = browser.post(page_of(record, "record_number"))
    assert (answer.status_code, answer.url) == (302, why)
    for event in ("record_opened", "number_shown", "refused"):
        assert not Entry.objects.filter(event=event).exists()
    # What somebody attests is not lost where their reason is over.
    browser.post(page_of(record, "record_check"), {"finding": "shielded"})
    assert Check.objects.filter(record=record).count() == 1
    browser.post(why, {"purpose": "complaint"})
    assert (
        record.number_in_clear() in browser.post(page_of(record, "record_number")).content.decode()
    )
    assert purposes() == ["complaint"]


def test_what_waits_for_the_team_needs_no_other_reason():
    member = an_iw_member()
    waiting = [a_request().record, being_unshielded(member), nobody_asks()]
    browser = signed_in(member)
    assert [asks_why(browser, record) for record in waiting] == [False] * 3
    assert purposes() == ["work_item"] * 3
    assert not waits_for_team(Record(state="closed", end_code="died"))
    assert not waits_for_team(Record(state="not_shielded", end_code=""))


def test_an_open_review_or_a_data_load_is_no_reason_until_it_leads_there():
    lead, now = an_iw_member(lead=True), timezone.now()
    (hold,) = shielded_for(now=now - 20 * DAY)
    review = added_reviews.ask_for_review(hold, reason="complaint", by=lead, now=now)
    loads.enter(today(now), by=lead, now=now)
    by_review, by_list, by_request = (signed_in(an_iw_member()) for _ in range(3))
    for browser, leads_there, purpose in (
        (by_review, reverse("review_detail", args=[review.reference]), "work_item"),
        (by_list, reverse("records_to_check_again"), "data_check"),
        (by_request, reverse("desk_request", args=[hold.reference]), "work_item"),
    ):
        assert asks_why(browser, hold.record)
        assert browser.get(leads_there).status_code == 200
        assert not asks_why(browser, hold.record)
        assert purposes()[-1] == purpose
    session = by_request.session
    kept = session[WORK][hold.record.reference]
    kept[1] = (now - timedelta(minutes=61)).isoformat()
    session.save()
    assert asks_why(by_request, hold.record)


def test_an_answer_without_a_reason_is_written_as_what_it_is():
    record = shielded_for(now=timezone.now() - 20 * DAY)[0].record
    browser = signed_in(an_iw_member())
    assert browser.post(page_of(record, "record_check"), {}).status_code == 200
    assert purposes() == ["answer_sent"]
    assert asks_why(browser, record)


def test_looking_at_a_record_makes_its_hour_begin_anew_only_while_it_waits():
    (hold,) = shielded_for(now=timezone.now() - 20 * DAY)
    waiting, shielded = a_request().record, hold.record
    browser = signed_in(an_iw_member())
    session, half_an_hour_ago = browser.session, timezone.now() - timedelta(minutes=30)
    said = ["work_item", half_an_hour_ago.isoformat()]
    session[WORK] = {one.reference: said for one in (waiting, shielded)}
    session.save()
    assert [asks_why(browser, one) for one in (waiting, shielded)] == [False, False]
    kept = browser.session[WORK]
    assert kept[shielded.reference] == said
    assert kept[waiting.reference][1] > said[1]


def test_an_access_request_leads_to_its_record_and_for_nobody_but_the_team():
    cast = a_cast()
    access = asking(cast)
    member, requester = signed_in(cast.member), signed_in(cast.requester)
    assert asks_why(member, access.record)
    member.get(reverse("brokerage_request", args=[access.reference]))
    assert not asks_why(member, access.record)
    requester.get(reverse("access_detail", args=[access.reference]))
    assert WORK not in requester.session


def test_who_looks_into_a_complaint_and_opens_a_request_of_it_is_asked_again_after_the_hour():
    """No item that is opened meanwhile makes work of it, and no list of them."""
    (hold,) = shielded_for(now=timezone.now() - 20 * DAY)
    record, browser = hold.record, signed_in(an_iw_member(lead=True))
    item = reverse("desk_request", args=[hold.reference])
    browser.post(page_of(record, "record_purpose"), {"purpose": "complaint"})
    for page in (
        item,
        reverse("records_to_check_again"),
    ):
        browser.get(page)
    assert record.reference not in browser.session.get(WORK, {})
    assert not asks_why(browser, record)
    session = browser.session
    session[REASONS][0]["at"] = (timezone.now() - timedelta(minutes=61)).isoformat()
    session.save()
    assert asks_why(browser, record)
    assert purposes() == ["complaint"]
    # What is opened for work after it is work.
    browser.get(item)
    assert not asks_why(browser, record)
    # And a reason that is work hides nothing of it.
    other = signed_in(an_iw_member())
    other.post(page_of(record, "record_purpose"), {"purpose": "phone_call"})
    other.get(item)
    assert record.reference in other.session[WORK]


def test_looking_again_writes_nothing_more_and_what_is_kept_has_an_end():
    browser = signed_in(an_iw_member())
    (hold,) = agreed_holds(now=NOW)
    address = reverse("desk_request", args=[a_request().reference])
    browser.get(address)
    session = browser.session
    old = timezone.now().isoformat()
    session[WORK] |= {f"IW-{number:04}-2222": ["work_item", old] for number in range(150)}
    session.save()
    before = dict(browser.session[WORK])
    browser.get(address)
    assert browser.session[WORK] == before
    browser.get(reverse("desk_request", args=[a_request().reference]))
    assert len(browser.session[WORK]) == 100
    assert asks_why(browser, hold.record)
