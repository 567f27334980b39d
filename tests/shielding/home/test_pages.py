"""The home page by role; every number on it is the count of the list it leads to."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from requests_app.desk.lists import MANY
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.checks.data_loads import actions as data_loads
from shielding.holds.disputes import hand_over_actions as disputes
from shielding.holds.disputes import suspension_actions as disputed_suspensions
from shielding.home import to_do
from shielding.models import HandOverTold, SuspensionTold
from shielding.reviews import actions as review_actions
from shielding.reviews.added import actions as added_reviews
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import (
    a_phoned_request,
    a_proposed_request,
    a_returned_request,
    in_every_tab,
)
from tests.shielding.home.support.tiles import tiles, tiles_of
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import a_request
from tests.support.shielded_records import (
    DAY,
    at,
    hold_on,
    let_go,
    nobody_asks,
    place,
    shielded_for,
)
from tests.support.statements import Statements
from tests.worker.support.notices import lose

pytestmark = pytest.mark.django_db


def whatever_the_clock_brings(now) -> None:
    """An overdue six-monthly review, one added, one to unshield, one being unshielded, an end
    proposed.

    And one to check now: it was being unshielded when a request arrived. Data were loaded since, so
    that those shielded are to be checked again.
    """
    then = at(timezone.localdate() - 200 * DAY)
    shielded_for(now=then)
    review_actions.open_due_reviews(now)
    lately = at(timezone.localdate() - 10 * DAY)
    nobody_asks(lately)
    unshield_actions.begin_unshield(nobody_asks(lately), by=an_iw_member(), now=now)
    asked_again = unshield_actions.begin_unshield(nobody_asks(lately), by=an_iw_member(), now=now)
    place(asked_again, now=now)
    (hold,) = shielded_for(now=lately)
    added_reviews.ask_for_review(hold, reason="complaint", by=hold.source, now=now)
    other_ends.propose_end(hold.record, code="died", by=an_iw_member(), now=now)
    data_loads.enter(timezone.localdate(now), by=an_iw_member(), now=now)


def test_every_number_is_the_count_of_the_list_it_leads_to():
    in_every_tab()
    now = timezone.now()
    whatever_the_clock_brings(now)
    a_request(now=now - timedelta(days=9))
    leaver, service = a_practitioner(), a_service()
    a_request(leaver)
    hand_overs.proposed(leaver, to=a_practitioner(service=leaver.service), now=now)
    directory.add_practitioner(
        name="New Comer", email="new@council.example", service=service, by=an_iw_member(), now=now
    )
    gone = a_practitioner(service=service)
    colleague = a_practitioner(service=service)
    hand_overs.hand_over(gone, to=colleague, by=an_iw_member(), now=now)
    disputes.say_wrong(HandOverTold.objects.get(person=gone), by=gone, now=now)
    leaver.is_active = False
    leaver.save()
    gone = let_go(hold_on("CP12345678"), now=now).source
    suspending.suspend(gone, by=an_administrator(), now=now)
    disputed_suspensions.say_wrong(SuspensionTold.objects.get(person=gone), by=gone, now=now)
    unheard = let_go(shielded_for(now=now)[0], now=now).source
    suspending.suspend(unheard, by=an_administrator(), now=now)
    busy = a_practitioner(service=service)
    member = an_iw_member()
    for _ in range(MANY + 1):
        a_phoned_request(busy, by=member)
    lose("item_changed", "IW-AAAA-AAAA", busy)
    browser = at_desk(member)
    home = browser.get("/")
    # Brokerage tests its own.
    shown = [tile for tile in tiles(home) if not tile[1].startswith("/brokerage/")]
    assert len(shown) == 26
    for number, url, words in shown:
        assert number > 0, words
        assert browser.get(url).context["page"].paginator.count == number, words
    loud = home.context["to_shield"].count
    assert f"Records to shield, not yet applied: {loud}" in main(home)
    listed = browser.get("/records/to-shield/").context["page"].paginator.count
    assert loud == listed > 0


def test_a_practitioners_numbers_are_the_counts_of_their_lists():
    member, person = an_iw_member(), a_practitioner()
    a_request(person, family_told="will", family_told_on=None)
    a_phoned_request(person, by=member)
    browser = at_desk(person)
    browser.post("/requests/start/")
    shown = tiles(browser.get("/"))
    assert [number for number, _, _ in shown].count(1) == 4
    for number, url, words in shown:
        assert browser.get(url).context["page"].paginator.count == number, words


def test_the_longest_waiting_is_the_loudest_decided_or_not():
    now, member = timezone.now(), an_iw_member()
    a_request(now=now - timedelta(hours=2))
    old = a_request(now=now - timedelta(hours=50))
    page = at_desk(member).get("/")
    rows = re.findall(r'href="/desk/requests/(IW-[^/]+)/"', page.content.decode())
    assert rows[0] == old.reference
    assert "50 hours" in main(page)
    loud = main(page).index("Records to shield, not yet applied: 2")
    assert loud < main(page).index("Yours to do")


def test_nothing_to_shield_is_said_quietly():
    page = at_desk(an_iw_member()).get("/")
    assert "No record is waiting to be shielded." in main(page)
    assert "app-loud" not in page.content.decode()


def test_two_requests_for_one_record_are_one_child_to_shield():
    first = a_request()
    a_request(number=first.record.number_in_clear())
    page = at_desk(an_iw_member()).get("/")
    assert "Records to shield, not yet applied: 1" in main(page)
    assert "and 1 more" in main(page)


def test_a_small_team_is_warned_of():
    for expected in (True, True, False):
        member = an_iw_member()
        page = at_desk(member).get("/")
        assert ("Fewer than three members" in main(page)) == expected


def test_a_practitioner_starts_and_sees_their_own():
    mine, person = a_request(), a_practitioner()
    page = at_desk(mine.practitioner).get("/")
    assert "Ask for a shield" in main(page)
    assert "Ask to reach somebody" in main(page)
    assert mine.reference in main(page)
    assert "To shield" not in main(page)
    stranger = main(at_desk(person).get("/"))
    assert mine.reference not in stranger
    assert "You have no requests yet." in stranger
    assert "You have nothing to do." in stranger
    assert "app-tile" not in at_desk(person).get("/").content.decode()


def test_a_manager_is_led_to_what_they_supported():
    manager = a_practitioner()
    assert "/supporting/" not in at_desk(manager).get("/").content.decode()
    a_practitioner(service=manager.service, manager=manager)
    assert "/supporting/" in at_desk(manager).get("/").content.decode()


@pytest.mark.parametrize(
    ("somebody", "leads_to"), [(an_auditor, "/logbook/"), (an_administrator, "/people/")]
)
def test_the_others_are_led_to_their_work(somebody, leads_to):
    a_request()
    page = at_desk(somebody()).get("/")
    inside = re.search(r"<main.*?</main>", page.content.decode(), re.S).group()
    assert f'href="{leads_to}"' in inside
    assert "IW-" not in inside


def test_home_costs_the_same_however_much_waits():
    member = an_iw_member()

    def cost():
        browser = at_desk(member)
        with Statements() as asked:
            page = browser.get("/")
        assert len(page.content) <= 60 * 1024
        return len([q for q in asked if re.match("SELECT|INSERT|UPDATE", q["sql"])])

    a_proposed_request(member)
    data_loads.enter(timezone.localdate(), by=member, now=timezone.now())
    first = cost()
    for _ in range(12):
        a_phoned_request(by=member)
    a_returned_request(member)
    assert cost() == first <= 53


@pytest.mark.parametrize(
    ("today", "shown"), [(date(2027, 12, 30), False), (date(2027, 12, 31), True)]
)
def test_the_administrator_reads_a_year_before_that_the_bank_holidays_end(client, today, shown):
    client.force_login(an_administrator())
    now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
    assert (to_do.holidays_end(now) == date(2028, 12, 31)) is shown
    assert "bank holidays" not in client.get("/").content.decode()


def test_a_hold_without_account_is_counted_once_its_service_is_closed():
    service, member = a_service(), an_iw_member()
    request = a_phoned_request(service=service, by=member)
    browser = at_desk(member)
    assert browser.get("/records/without-practitioner/").context["page"].paginator.count == 0
    directory.close_service(service, by=member, now=timezone.now())
    page = browser.get("/records/without-practitioner/")
    assert page.context["page"].paginator.count == 1
    assert request.reference in main(page)
    home = [number for number, url, _ in tiles(browser.get("/")) if "without" in url]
    assert home == [1]


def test_an_overdue_review_is_late_and_an_unshield_that_was_begun_is_loud_and_they_stand_first():
    whatever_the_clock_brings(timezone.now())
    member, now = an_iw_member(), timezone.now()
    for when, expected in ((now, False), (now + 8 * DAY, True)):
        shown = to_do.waiting_for(member, when).mine
        assert [one.late for one in shown if one.label == "Added reviews"] == [expected]
    page = at_desk(member).get("/").content.decode()
    late, loud = (
        re.findall(rf'app-tile--{how}">\s*<span[^>]*>\d+</span>\s*<a [^>]*href="([^"]+)"', page)
        for how in ("late", "loud")
    )
    assert "/six-monthly-reviews/?show=overdue" in late
    assert "/records/being-unshielded/?whose=mine" in loud
    in_order = [url for _, url, _ in tiles_of(page)]
    assert in_order[: len(late) + len(loud)] == late + loud
