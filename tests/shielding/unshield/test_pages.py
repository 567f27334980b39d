"""The final unshield on the pages: what is missing, begun, confirmed by another, stopped."""

import re

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app.practitioner import actions as asking
from shielding import clock
from shielding.accounts.models import User
from shielding.holds import actions as hold_actions
from shielding.models import Hold, Record
from shielding.unshield import actions as unshield_actions
from tests.requests_app.support.desk import at_desk, main
from tests.shielding.unshield.support.pages import long_signed_in, page_of, state
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_written_draft
from tests.support.shielded_records import DAY, agreed_holds, at, let_go, place
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
NEVER_OPENED = {"finding": "shielded", "found": "never_opened"}
SHIELDED_AGAIN = {"finding": "shielded", "found": "shielded_again"}


@pytest.fixture
def two() -> tuple[User, User]:
    return an_iw_member(name="Ann First"), an_iw_member(name="Bob Second")


def ago(days: int):
    return at(timezone.localdate() - days * DAY)


def ready() -> Record:
    """Return a shielded record whose last source let go some working days ago."""
    (hold,) = agreed_holds(now=ago(20))
    let_go(hold, now=ago(10))
    return Record.objects.get(pk=hold.record_id)


def may_begin(browser) -> str:
    """Return what the list to unshield says of the only record on it."""
    page = browser.get("/records/to-unshield/").content.decode()
    (row,) = re.findall(r"<tr.*?</tr>", page.partition("<tbody")[2], re.DOTALL)
    cell = row.rpartition("<td")[2].partition(">")[2]
    return re.sub("<[^>]*>", "", cell).strip()


def begin(record: Record, by: User) -> Record:
    return unshield_actions.begin_unshield(record, by=by, now=timezone.now())


def test_two_members_unshield_on_the_pages(two):
    record, first, second = ready(), at_desk(two[0]), at_desk(two[1])
    assert "Begin the final unshield" in main(first.get(page_of(record)))
    ask = main(first.get(page_of(record, "unshield/")))
    assert "Open the record on ContactPoint now" in ask
    # Two such pages in two tabs are told apart, and each leads to the number that is typed there.
    assert f"Begin the final unshield: record {record.reference}" in ask
    assert "Its number is shown on the page of the record" in ask
    assert "Ask another member to look at it there" in ask
    page = first.post(page_of(record, "unshield/"), follow=True)
    assert state(record) == "unshielding"
    assert "by Ann First" in main(page)
    assert "It is not yours to confirm. These members may: " in main(page)
    assert "Bob Second" in main(page)
    theirs = second.get(page_of(record))
    assert "Confirm: it is unshielded" in main(theirs)
    ask = main(second.get(page_of(record, "unshield/confirm/")))
    assert "by Ann First" in ask
    assert f"Confirm the final unshield: record {record.reference}" in ask
    page = second.post(page_of(record, "unshield/confirm/"), follow=True)
    assert "The record is unshielded." in main(page)
    assert (state(record), record.unshield_confirmed_by) == ("not_shielded", two[1])
    assert "Final unshield" not in main(second.get(page_of(record)))
    again = second.post(page_of(record, "unshield/confirm/"))
    assert again.status_code == 409
    assert "This record is not being unshielded." in main(again)


def test_where_one_member_is_enough_no_page_speaks_of_another(two, settings):
    settings.UNSHIELD_BY_TWO = False
    record, member = ready(), at_desk(two[0])
    ready_to = main(member.get(page_of(record)))
    ask = main(member.get(page_of(record, "unshield/")))
    begun = main(member.post(page_of(record, "unshield/"), follow=True))
    last = main(member.get(page_of(record, "unshield/confirm/")))
    assert "Look at it there again, and confirm it here" in ask
    assert "Confirm: it is unshielded" in begun
    for page in (ready_to, ask, begun, last):
        assert not re.search("another member|a second|two members", page, re.IGNORECASE)


def test_what_is_missing_stands_where_the_button_would_be(two):
    one, _other = agreed_holds(a_practitioner(), a_practitioner(), now=ago(20))
    let_go(one, now=timezone.now())
    Hold.objects.filter(pk=one.pk).update(family="", family_at=None, family_by=None)
    browser = at_desk(two[0])
    page = browser.get(page_of(one.record))
    assert "It cannot begin yet, because:" in main(page)
    assert "1 request still stands for this record." in main(page)
    assert f"Not said yet whether the family was told: {one.reference}." in main(page)
    assert page_of(one.record, "unshield/") not in page.content.decode()
    assert browser.get(page_of(one.record, "unshield/")).url == page_of(one.record)
    assert browser.post(page_of(one.record, "unshield/")).status_code == 409
    assert state(one.record) == "shielded"


def test_not_on_the_day_of_the_last_release(two):
    (hold,) = agreed_holds(now=ago(20))
    let_go(hold, now=timezone.now())
    browser = at_desk(two[0])
    day = f"{clock.next_working_day(clock.today(timezone.now())):%-d %B %Y}"
    too_soon = f"not before {day}, the working day after the last request ended"
    assert too_soon in main(browser.get(page_of(hold.record)))
    assert may_begin(browser) == day
    refused = browser.post(page_of(hold.record, "unshield/"))
    assert refused.status_code == 409
    assert "It is too soon: not before" in main(refused)


def test_the_list_says_from_when_or_that_something_is_missing(two):
    browser, record = at_desk(two[0]), ready()
    assert may_begin(browser) == "Now"
    told = Hold.objects.values("family", "family_at", "family_by").get()
    Hold.objects.filter(record=record).update(family="", family_at=None, family_by=None)
    assert may_begin(browser) == "Something is missing"
    Hold.objects.filter(record=record).update(**told)
    begin(record, two[1])
    listed = browser.get("/records/being-unshielded/")
    assert listed.context["heads"][-1] == "Begun"
    assert "by Bob Second" in main(listed)


def test_nobody_else_in_the_team_is_said_before_it_begins():
    alone = an_iw_member()
    record = ready()
    User.objects.iw_team().exclude(pk=alone.pk).update(is_active=False)
    page = at_desk(alone).get(page_of(record))
    assert "Nobody in the IW Team could confirm after you began." in main(page)


def test_nobody_who_may_confirm_is_said_afterwards(two):
    record = begin(ready(), two[0])
    User.objects.iw_team().exclude(pk=two[0].pk).update(is_active=False)
    page = at_desk(two[0]).get(page_of(record))
    assert "Nobody may confirm it at the moment. Tell the IW lead, or stop it." in main(page)


@pytest.mark.parametrize("who", ["began", "recorded a release"])
def test_the_second_neither_began_nor_recorded_a_release(two, who):
    (hold,) = agreed_holds(now=ago(20))
    by = two[1] if who == "recorded a release" else None
    let_go(hold, by=by, now=ago(10))
    record = begin(hold.record, two[0])
    barred = at_desk(two[0] if who == "began" else two[1])
    assert "Confirm: it is unshielded" not in main(barred.get(page_of(record)))
    assert barred.get(page_of(record, "unshield/confirm/")).url == page_of(record)
    refused = barred.post(page_of(record, "unshield/confirm/"))
    assert refused.status_code == 403
    assert "Another member must confirm this, not you." in main(refused)
    assert state(record) == "unshielding"


def test_a_member_who_left_after_beginning_leaves_it_to_be_stopped(two):
    record = begin(ready(), two[0])
    User.objects.filter(pk=two[0].pk).update(is_active=False)
    browser = at_desk(two[1])
    assert "Whoever began has left the IW Team since" in main(browser.get(page_of(record)))
    assert browser.post(page_of(record, "unshield/confirm/")).status_code == 403
    assert browser.post(page_of(record, "unshield/stop/"), NEVER_OPENED).url
    assert state(record) == "shielded"


def test_stopping_asks_what_was_found(two):
    record = begin(ready(), two[0])
    browser = at_desk(two[0])
    assert "Had the record already been opened?" in main(
        browser.get(page_of(record, "unshield/stop/"))
    )
    for bad in ({}, {"found": "no"}, {"found": "\x00"}):
        bad |= {"finding": "shielded"}
        page = browser.post(page_of(record, "unshield/stop/"), bad)
        assert 'id="id_found_error"' in page.content.decode()
    page = browser.post(
        page_of(record, "unshield/stop/"),
        SHIELDED_AGAIN,
        follow=True,
    )
    assert "The unshield is stopped. The record is attested as shielded." in main(page)
    assert state(record) == "shielded"
    assert Entry.objects.filter(event="unshield_stopped").count() == 1
    assert browser.post(page_of(record, "unshield/stop/"), NEVER_OPENED).status_code == 409
    assert browser.get(page_of(record, "unshield/stop/")).url == page_of(record)


def test_a_request_that_arrived_is_told_loudly_to_the_second(two):
    record = begin(ready(), two[0])
    browser = at_desk(two[1])
    browser.get(page_of(record, "unshield/confirm/"))
    place(record, now=timezone.now())
    page = browser.post(page_of(record, "unshield/confirm/"))
    assert page.status_code == 409
    assert "Shield this record again now" in main(page)
    assert "app-loud" in page.content.decode()
    assert f'href="{page_of(record)}"' in page.content.decode()
    assert state(record) == "to_shield"
    assert "Check now: it may already be open" in main(browser.get(page_of(record)))
    assert browser.get(page_of(record, "unshield/confirm/")).url == page_of(record)


def test_a_record_asked_for_again_and_let_go_is_attested_after_a_look(two):
    record = begin(ready(), two[0])
    hold = place(record, now=timezone.now())
    browser = at_desk(two[1])
    address = page_of(record, "still-shielded/")
    assert browser.get(address).url == page_of(record)
    assert browser.post(address, NEVER_OPENED).status_code == 403
    let_go(hold, now=timezone.now())
    assert "Attest that it is shielded" in main(browser.get(page_of(record)))
    assert 'id="id_finding_error"' in browser.post(address).content.decode()
    page = browser.post(address, NEVER_OPENED, follow=True)
    assert "The record is attested as shielded." in main(page)
    assert state(record) == "shielded"


@pytest.mark.parametrize("act", ["unshield/", "unshield/confirm/", "unshield/stop/"])
def test_the_password_is_asked_for_before_an_unshield(two, act):
    record = ready()
    if act != "unshield/":
        begin(record, two[0])
    before, browser = state(record), long_signed_in(two[1])
    for answer in (
        browser.get(page_of(record, act)),
        browser.post(page_of(record, act), NEVER_OPENED),
    ):
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/confirm-it-is-you/")
    assert state(record) == before


def test_the_lists_cost_the_same_however_long(two):
    service = a_service()
    let_go_of: list[Record] = []
    for number in (1, 3, 50):
        more = number - len(let_go_of)
        let_go_of += [_quickly_let_go(a_practitioner(service=service), two[1]) for _ in range(more)]
        _costs_little("/records/to-unshield/", two, let_go_of)
    for number in (1, 3, 50):
        begun = Record.objects.filter(state="unshielding").count()
        for record in let_go_of[begun:number]:
            begin(record, two[0])
        _costs_little("/records/being-unshielded/", two, let_go_of[:number])


def _costs_little(address: str, two: tuple[User, User], listed: list[Record]) -> None:
    browser = at_desk(two[1])
    with Statements() as asked:
        page = browser.get(address)
    assert page.context["page"].paginator.count == len(listed)
    assert ("Ann First" in main(page)) == ("being" in address)
    assert len([q for q in asked if q["sql"].startswith("SELECT")]) <= 5
    assert len(page.content) <= 60 * 1024


def _quickly_let_go(source: User, member: User) -> Record:
    """Return a record nobody asks for any more, from a draft written in one go."""
    draft = a_written_draft(source, now=ago(20))
    hold = asking.submit(draft, by=source, now=ago(20)).hold
    hold_actions.attest_applied(
        hold, checked_on=ago(20).date(), no_duplicate=True, by=member, now=ago(20)
    )
    let_go(hold, now=ago(10))
    return Record.objects.get(pk=hold.record_id)


def test_a_record_that_is_shielded_and_asked_for_costs_the_same_however_many_ask(two):
    def cost(*sources: User) -> int:
        record = agreed_holds(*sources, now=ago(20))[0].record
        browser = at_desk(two[0])
        browser.get(page_of(record))  # it asks why, and is opened
        with Statements() as asked:
            browser.get(page_of(record))
        return len([q for q in asked if re.match("SELECT|INSERT|UPDATE", q["sql"])])

    assert cost(a_practitioner()) == cost(*(a_practitioner() for _ in range(4))) <= 18
