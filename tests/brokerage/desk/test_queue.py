"""The brokerage desk's lists: who stands in which, what is said of them, order, cost."""

from copy import copy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from brokerage.desk import actions as desk_actions
from brokerage.models import AccessRequest
from brokerage.requester import actions as requester_actions
from brokerage.source_policies import offers_taken
from logbook.references import new_reference
from shielding import clock
from shielding.accounts.deputies.models import Deputy
from shielding.accounts.models import User
from tests.brokerage.support.cast import (
    a_cast,
    agreed,
    answered,
    asking,
    concluded,
    say,
    sent,
)
from tests.brokerage.support.desk import DESK, days_ago, recent, references, send, to_stop
from tests.brokerage.support.urgent_calls import a_call
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    an_iw_member,
    grant_at_the_server,
)
from tests.support.requests import a_number
from tests.support.shielded_records import let_go
from tests.support.statements import Statements
from tests.support.undone import undone

pytestmark = pytest.mark.django_db


def _soon():
    return clock.today(timezone.now()) + timedelta(days=10)


def listed_in(browser, code, **more):
    return references(browser.get(DESK, {"tab": code} | more))


def test_where_everybody_was_heard_it_is_the_iw_team_s_turn():
    cast = a_cast()
    heard, _waiting = recent(cast, answered), recent(cast, asking)
    browser = at_desk(cast.member)
    assert references(browser.get(DESK, {"tab": "to_go_on"})) == [heard.reference]
    assert "Access requests to go on with" in main(browser.get("/"))


def test_that_no_lead_can_decide_is_said_at_home_and_in_the_list():
    cast = a_cast()
    answered(cast, first="objects")
    browser = at_desk(cast.member)
    assert "No IW lead can decide" not in main(browser.get(DESK, {"tab": "with_lead"}))
    for lead in (cast.lead, cast.other_lead):
        lead.is_lead = False
        lead.save()
    assert "no lead can decide some of them" in main(browser.get("/"))
    assert "No IW lead can decide" in main(browser.get(DESK, {"tab": "with_lead"}))


def test_a_lead_with_another_part_cannot_decide():
    cast = a_cast()
    grant_at_the_server(cast.member, lead=True)
    access = answered(cast, first="objects")  # asked by the member
    for lead in (cast.lead, cast.other_lead):
        lead.is_active = False
        lead.save()
    browser = at_desk(cast.colleague)
    assert "No IW lead can decide" in main(browser.get(DESK, {"tab": "with_lead"}))
    assert listed_in(browser, "with_lead") == [access.reference]


def test_the_lead_who_decided_before_can_decide_again():
    cast = a_cast()
    access = answered(cast, first="objects")
    desk_actions.decide_as_lead(
        access, decision="go_ahead", reason="duty", by=cast.lead, now=timezone.now()
    )
    say(access, cast.other_source, "objects", now=timezone.now())
    cast.other_lead.is_active = False
    cast.other_lead.save()
    page = at_desk(cast.member).get(DESK, {"tab": "with_lead"})
    assert references(page) == [access.reference]
    assert "No IW lead can decide" not in main(page)


@pytest.mark.parametrize("with_deputy", [False, True])
def test_nobody_can_agree_is_marked_where_the_line_managers_are(with_deputy):
    cast = a_cast()
    access = sent(cast)
    cast.manager.is_active = False
    cast.manager.save()
    if with_deputy:
        today = clock.today(timezone.now())
        head = a_practitioner(service=cast.manager.service)
        a_practitioner(service=cast.manager.service, manager=head)
        Deputy.objects.create(
            reference=new_reference(),
            manager=cast.manager,
            deputy=head,
            named_by=cast.member,
            first_day=today,
            last_day=today,
            named_at=timezone.now(),
        )
    page = at_desk(cast.member).get(DESK, {"tab": "with_manager"})
    assert ("Nobody can agree" in main(page).partition("State")[2]) is not with_deputy
    found = listed_in(at_desk(cast.member), "nobody")
    assert found == ([] if with_deputy else [access.reference])


@pytest.mark.parametrize("outcome", ["source_will_contact", "put_in_touch"])
def test_a_contact_whose_source_has_gone_is_told_to_the_desk(outcome):
    cast = a_cast()
    access = concluded(cast, outcome)
    AccessRequest.objects.filter(pk=access.pk).update(granted_until=_soon())
    giving, other = cast.source, cast.other_source
    if outcome == "put_in_touch":
        giving, other = other, giving
    browser = at_desk(cast.colleague)
    assert to_stop() == []
    for gone, whose in GONE.items():
        with undone():
            gone(User.objects.get(pk=(giving if whose == "the practitioner" else other).pk), access)
            found = [access.reference] if whose == "the practitioner" else []
            assert to_stop() == found, gone.__name__
            page = browser.get(f"{DESK}{access.reference}/")
            assert ("phone the requester, and stop the contact" in main(page)) is bool(found)
            assert offers_taken().filter(access=access).exists() is not bool(found)
            send(browser, access, "stop", stop="on")
            assert to_stop() == []


def left(source, _access):
    User.objects.filter(pk=source.pk).update(is_active=False)


def another_left(source, _access):
    left(source, _access)


def has_let_go(source, access):
    let_go(access.liaisons.get(hold__source=source).hold, now=timezone.now())


def handed_over(source, _access):
    heir = a_practitioner(service=source.service, manager=a_practitioner())
    hand_overs.hand_over(source, to=heir, by=an_iw_member(), now=timezone.now())


GONE = {
    left: "the practitioner", has_let_go: "the practitioner", handed_over: "the practitioner",
    another_left: "another",
}  # fmt: skip


def test_an_answer_is_to_be_recorded_for_who_has_no_account_and_for_the_silent():
    cast = a_cast()
    soon = clock.today(timezone.now()) + timedelta(days=20)
    access = agreed(cast, now=days_ago(0.1), needed_until=soon)
    from_now = at_desk(cast.member)
    seen = AccessRequest.objects.get(pk=access.pk).changed_at.isoformat()
    from_now.post(f"{DESK}{access.reference}/ask-sources/", {"seen": seen})
    assert listed_in(from_now, "answers") == []
    cast.source.is_active = False
    cast.source.save()
    assert listed_in(from_now, "answers") == [access.reference]
    cast.source.is_active = True
    cast.source.save()
    access.liaisons.update(asked_at=days_ago(7))
    assert listed_in(from_now, "answers") == [access.reference]


def test_an_urgent_call_is_red_after_a_day():
    member = an_iw_member()
    for hours in (2, 25):
        a_call(by=member, now=timezone.now() - timedelta(hours=hours))
    page = at_desk(member).get(DESK, {"tab": "to_read"}).content.decode()
    assert "govuk-tag--red" in page.partition("25 hours")[0].rpartition("<td")[2]
    assert "govuk-tag--red" not in page.partition("2 hours")[0].rpartition("<td")[2]


def test_how_long_it_waits_is_said_in_words():
    cast = a_cast()
    soon = clock.today(timezone.now()) + timedelta(days=20)
    for days in (0, 1, 3):
        agreed(cast, now=days_ago(days), needed_until=soon)
    text = main(at_desk(cast.member).get(DESK))
    for words in ("Since today", "1 day", "3 days"):
        assert words in text


def test_the_list_is_sorted_both_ways():
    cast = a_cast()
    soon = clock.today(timezone.now()) + timedelta(days=20)
    in_order = [agreed(cast, now=days_ago(days), needed_until=soon).reference for days in (9, 5, 1)]
    browser = at_desk(cast.member)
    assert references(browser.get(DESK)) == in_order
    for sort in ("since", "sent"):
        assert listed_in(browser, "to_begin", sort=sort) == in_order
        assert listed_in(browser, "to_begin", sort=f"-{sort}") == in_order[::-1]


def test_the_list_is_sorted_by_purpose():
    cast = a_cast()
    health, court = agreed(cast, purpose="health"), agreed(cast, purpose="court")
    browser = at_desk(cast.member)
    assert listed_in(browser, "to_begin", sort="purpose") == [court.reference, health.reference]


NO_SENSE = ("tab=nonsense", "sort=record__number", "page=abc", "page=-1", "page=9999", "tab=%00")


def test_an_address_that_makes_no_sense_is_a_list_all_the_same():
    cast = a_cast()
    access, browser = agreed(cast), at_desk(cast.member)
    for address in NO_SENSE:
        page = browser.get(f"{DESK}?{address}")
        assert (page.status_code, references(page)) == (200, [access.reference]), address


def _many(cast, how_many):
    """Copy a request with its line manager, and one with the IW Team, many times."""
    for one in (sent(cast), agreed(cast, number=a_number())):
        rows = []
        for _ in range(how_many):
            another = copy(one)
            another.pk, another.reference, another.uid = None, new_reference(), uuid4()
            rows.append(another)
        AccessRequest.objects.bulk_create(rows)


@pytest.mark.behind_the_acts("hundreds of copies of one row")
def test_a_list_costs_the_same_with_1_3_and_500_rows():
    cast = a_cast()
    browser = at_desk(cast.member)
    costs = {}
    for rows in (1, 3, 500):
        _many(cast, rows)
        for tab in ("to_begin", "with_manager", "all"):
            with Statements() as asked:
                browser.get(DESK, {"tab": tab})
            costs.setdefault(tab, set()).add(len(asked))
        with Statements() as asked:
            browser.get("/")
        costs.setdefault("home", set()).add(len(asked))
    assert {tab: len(found) for tab, found in costs.items()} == dict.fromkeys(costs, 1), costs


@pytest.mark.behind_the_acts("dozens of copies of one row")
def test_pages_of_25():
    cast = a_cast()
    _many(cast, 30)
    browser = at_desk(cast.member)
    first, second = browser.get(DESK), browser.get(DESK, {"page": 2})
    assert (len(references(first)), len(references(second))) == (25, 6)
    assert not set(references(first)) & set(references(second))


def test_the_page_of_a_record_has_its_open_access_requests():
    cast = a_cast()
    access = agreed(cast)
    browser = at_desk(cast.member)
    page = browser.get(f"/records/{access.record.reference}/")
    assert "1 access request open, or with a contact that runs" in main(page)
    assert references(page) == [access.reference]
    requester_actions.withdraw(access, by=cast.requester, now=timezone.now())
    page = browser.get(f"/records/{access.record.reference}/")
    assert "with a contact that runs" not in main(page)
