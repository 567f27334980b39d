"""The register: every shielded record by its next review, for the IW Team; some, for leads."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from shielding.clock import today
from shielding.models import Record
from shielding.records.grounds import GROUND
from shielding.register import list_rows, lists
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member
from tests.support.requests import a_number
from tests.support.shielded_records import DAY, agreed_holds, hold_on, let_go, shielded_for
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
REGISTER = "/records/"


def references(page) -> list[str]:
    return re.findall(r'href="/records/(IW-[^/]+)/purpose/"', page.content.decode())


def written(event: str) -> list[dict]:
    return [facts_of(entry) for entry in Entry.objects.filter(event=event).order_by("id")]


def test_every_shielded_record_by_its_next_review_and_nothing_that_says_who_or_why():
    member, gone, now = an_iw_member(), a_practitioner(), timezone.now()
    (silent,) = shielded_for(now=now - 20 * DAY)
    (alone,) = agreed_holds(gone, now=now - 40 * DAY)
    waits = hold_on(a_number(), reference=new_reference(), source=a_practitioner(), now=now)
    Record.objects.create(number=b"x", blind_index=b"x" * 32)
    gone.is_active, gone.suspended_at, gone.suspended_by = False, now, member
    gone.save()
    due = today(now) + timedelta(days=3)
    Record.objects.filter(pk=silent.record_id).update(review_due=due)
    page = at_desk(member).get(REGISTER)
    listed = [silent.record.reference, alone.record.reference, waits.record.reference]
    assert references(page) == listed
    first, second, third = page.context["rows"]
    # A list of what is shielded says which records can still be found.
    assert third[2] == "Not yet shielded"
    assert (first[2], second[2]) == (list_rows.UNANSWERED, list_rows.ALONE)
    assert first[1].due.words == "3 days left"
    for hold in (silent, alone):
        for said in (hold.reference, hold.service.name, hold.source.name):
            assert said not in main(page)
    assert written("register_opened") == [{"page": 1}]


def test_of_one_day_the_references_say_the_order_and_pages_are_of_fifty():
    source, now = a_practitioner(), timezone.now()
    for _ in range(52):
        hold_on(a_number(), reference=new_reference(), source=source, now=now)
    browser = at_desk(an_iw_member())
    with Statements() as asked:
        pages = [references(browser.get(f"{REGISTER}?page={number}")) for number in (1, 2)]
    shown = [*pages[0], *pages[1]]
    assert [len(page) for page in pages] == [50, 2]
    assert shown == sorted(shown)
    assert written("register_opened") == [{"page": 1}, {"page": 2}]
    assert len([one for one in asked if one["sql"].startswith("SELECT")]) <= 12


def test_a_lead_narrows_it_and_no_address_says_to_what():
    school, clinic = a_service("Elm School"), a_service("Oak Clinic")
    of_school, of_clinic = a_practitioner(service=school), a_practitioner(service=clinic)
    (both, _) = agreed_holds(of_school, of_clinic, now=timezone.now())
    (clinics,) = agreed_holds(of_clinic, now=timezone.now())
    lead = an_iw_member(lead=True)
    browser = at_desk(lead)

    def narrowed(**to: str) -> set[str]:
        answer = browser.post(REGISTER, to)
        assert answer.url == f"{REGISTER}?show=narrowed"
        page = browser.get(answer.url)
        assert "<title>Register of shielded records, filtered" in page.content.decode().replace(
            "\n", ""
        )
        return set(references(page))

    one, other = both.record.reference, clinics.record.reference
    assert narrowed(service=school.code) == {one}
    assert narrowed(service=clinic.code, ground=clinics.ground) == {one, other}
    others = next(code for code in GROUND if code != clinics.ground)
    assert narrowed(ground=others) == set()
    assert set(references(browser.get(REGISTER))) == {one, other}
    assert [(one["ground"], one["service"]) for one in written("register_narrowed")][:2] == [
        ("any", school.code),
        (clinics.ground, clinic.code),
    ]
    assert len(written("register_narrowed")) == 3
    for bad in ({}, {"ground": "nonsense"}, {"service": "nonsense"}):
        page = browser.post(REGISTER, bad)
        assert "There is a problem" in main(page)
    let_go(clinics, now=timezone.now())
    assert narrowed(ground=clinics.ground, service=clinic.code) == {one}


@pytest.mark.parametrize(
    "asked",
    [
        "?ground=abuse",
        "?ground=",
        "?ground=&ground=abuse",
        "?service=",
        "?page=2&service=SV-1",
        "?show=narrowed",
        "?show=",
    ],
)
def test_nobody_but_a_lead_narrows_it_in_any_way(asked):
    member = an_iw_member()
    assert at_desk(member).get(f"{REGISTER}{asked}").status_code == 403
    (entry,) = Entry.objects.filter(event="refused")
    assert (entry.actor, facts_of(entry)["why"]) == (member.uid, "leads_only")
    assert not Entry.objects.filter(event__startswith="register_").exists()


def test_nobody_but_a_lead_sends_its_filters_and_no_address_narrows_it_for_a_lead():
    agreed_holds(a_practitioner(), now=timezone.now())
    member, lead = at_desk(an_iw_member()), at_desk(an_iw_member(lead=True))
    assert member.post(REGISTER, {"ground": "abuse"}).status_code == 403
    assert 'name="ground"' not in member.get(REGISTER).content.decode()
    assert len(references(lead.get(f"{REGISTER}?ground=neglect&show=narrowed"))) == 1
    assert written("register_narrowed") == []


def test_it_is_the_iw_teams():
    for person in (a_practitioner(), an_auditor()):
        assert at_desk(person).get(REGISTER).status_code == 403
        assert list(lists.in_register(person)) == []


def test_a_record_opened_from_it_asks_a_purpose_which_lasts_an_hour_and_for_five():
    source, now = a_practitioner(), timezone.now()
    holds = [
        hold_on(a_number(), reference=new_reference(), source=source, now=now) for _ in range(6)
    ]
    browser, addresses = at_desk(an_iw_member()), []
    for hold, purpose in zip(holds, ["audit", *["complaint"] * 5], strict=True):
        asks = reverse("record_purpose", args=[hold.record.reference])
        addresses.append(browser.post(asks, {"purpose": purpose}).url)
        if purpose == "audit":
            browser.get(addresses[0])
    assert 'id="id_purpose_error"' in browser.post(asks, {}).content.decode()
    assert "Why are you opening this record?" in main(browser.get(asks))
    for address in (addresses[0], addresses[1]):
        browser.get(address)
    session = browser.session
    for one in session["record_found"]:
        one["at"] = (timezone.now() - timedelta(minutes=61)).isoformat()
    session.save()
    browser.get(addresses[1])
    purposes = [facts["purpose"] for facts in written("record_opened")]
    assert purposes == ["audit", "work_item", "complaint", "work_item"]


def test_a_session_of_the_version_before_is_no_fault():
    (hold,) = agreed_holds(a_practitioner(), now=timezone.now())
    browser = at_desk(an_iw_member())
    session = browser.session
    session["record_found"] = {"reference": hold.record.reference, "purpose": "audit"}
    session.save()
    assert browser.get(f"/records/{hold.record.reference}/").status_code == 200
    assert Session.objects.exists()
