"""One search box: a reference leads to its page, a number to its reason, a name to who has it."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from logbook.models import Entry
from logbook.policies import entries_for
from logbook.reading import facts_of
from logbook.references import new_reference
from shielding.accounts import role_grants, suspending
from shielding.accounts.bulk import actions as imports
from shielding.accounts.deputies import actions as deputies
from shielding.accounts.models import User
from shielding.checks.data_loads import actions as loads
from shielding.clock import today
from shielding.reviews.added import actions as added_reviews
from shielding.search import actions
from shielding.web.refusals import NotAllowed
from tests.brokerage.support.cast import a_cast, asking
from tests.requests_app.support.desk import at_desk, main
from tests.support import hand_overs
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)
from tests.support.requests import NOW, a_draft, a_number, a_request
from tests.support.shielded_records import DAY, shielded_for

pytestmark = pytest.mark.django_db
SEARCH, FIND = "/search/", "/records/find/"


def searches() -> list[tuple[str, dict]]:
    """Return the entries of searches: the reference of each, and its facts."""
    found = Entry.objects.filter(event="searched").order_by("id")
    return [(entry.reference, facts_of(entry)) for entry in found]


def test_a_reference_leads_to_its_page():
    cast = a_cast()
    access = asking(cast)
    (hold,) = shielded_for()
    proposal = hand_overs.proposed(hold.source, to=a_practitioner(service=hold.service), now=NOW)
    browser = Client()
    browser.force_login(an_iw_member())
    pages = {
        hold.reference: reverse("desk_request", args=[hold.reference]),
        hold.record.reference: reverse("record_purpose", args=[hold.record.reference]),
        access.reference: reverse("brokerage_request", args=[access.reference]),
        access.liaisons.first().reference: reverse("brokerage_request", args=[access.reference]),
        proposal.reference: reverse("hand_over", args=[proposal.reference]),
    }
    for reference, page in pages.items():
        typed = f" {reference.lower().replace('-', ' ')} "
        answer = browser.post(SEARCH, {"sought": typed})
        assert (answer.status_code, answer.url) == (302, page)
    said = {"kind": "reference", "found": "yes"}
    assert searches() == [(reference, said) for reference in pages]


def test_a_name_is_found_however_it_is_written():
    zoe, obrien = a_practitioner(name="Zoë Tester"), a_practitioner(name="Pat O’Brien")
    member, now = an_iw_member(), timezone.now()
    for typed, person in (("zoe", zoe), ("ZOË tester", zoe), ("obrien pat", obrien)):
        assert list(actions.search(typed, by=member, now=now).people) == [person]


def test_what_was_typed_comes_back_on_no_page():
    browser = Client()
    browser.force_login(an_iw_member())
    for typed in ("CP12345678" * 11, "\u202eCP12345678"):
        answer = browser.post(SEARCH, {"sought": typed})
        assert (answer.status_code, "12345678" in answer.content.decode()) == (200, False)


def test_a_reference_that_names_nothing_here_is_asked_for_in_vain():
    draft, member = a_draft(), an_iw_member()
    browser = at_desk(member)
    for reference in (new_reference(), draft.reference):
        page = browser.post(SEARCH, {"sought": reference}, follow=True)
        assert page.redirect_chain == [(SEARCH, 302)]
        assert "Nothing you can open has this reference" in main(page)
        assert f'href="/logbook/?reference={reference}"' in page.content.decode()
        entry = Entry.objects.get(event="not_found", reference=reference)
        assert (entry.actor, facts_of(entry)) == (member.uid, {"page": "search"})
    page = browser.post(SEARCH, {"sought": "IW-7284-M2X"}, follow=True)
    assert "Check the reference" in main(page)
    assert "What you typed starts like a reference, but is not one." in main(page)
    assert "7284" not in page.content.decode()
    assert searches() == [("", {"kind": "mistyped_reference", "found": "not_looked_for"})]


@pytest.mark.parametrize("somebody", [an_iw_member, an_auditor])
def test_a_number_leads_to_the_reason_first_and_is_kept_nowhere(somebody):
    number = a_request().record.number_in_clear()
    browser = at_desk(somebody())
    page = browser.post(SEARCH, {"sought": f"{number[:4]} {number[4:]}"}, follow=True)
    assert page.redirect_chain == [(FIND, 302)]
    assert "looks like a record number. It was not looked for" in main(page)
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    for part in (page.content.decode(), *kept):
        assert number not in part
        assert number[4:] not in part
    assert searches() == [("", {"kind": "number", "found": "not_looked_for"})]
    assert not Entry.objects.filter(event="record_searched").exists()


def test_people_and_services_are_found_and_told_apart():
    north, south = a_service("North Surgery 2001"), a_service("South Surgery")
    one = a_practitioner(name="Sam Jones", email="sam.jones1984@north.example", service=north)
    two = a_practitioner(name="Sam Jones", email="sj@south.example", service=south)
    a_practitioner(name="Sam Other", email="so@south.example", service=south)
    browser = at_desk(an_iw_member())

    def found(typed: str) -> tuple[set[str], set[str]]:
        page = browser.post(SEARCH, {"sought": typed}, follow=True)
        assert page.redirect_chain == [(SEARCH, 302)]
        text = page.content.decode()
        assert f'value="{typed}"' not in text
        people = re.findall(r'href="/people/([0-9a-f-]{36})/"', text)
        return set(people), set(re.findall(r'href="/people/services/([^"/]+)/"', text))

    both = {str(one.uid), str(two.uid)}
    assert found("jones sam") == (both, set())
    text = main(browser.get(SEARCH))
    assert "sam.jones1984@north.example" in text
    assert "North Surgery 2001" in text
    assert found("jones1984@north") == ({str(one.uid)}, set())
    assert found("sj@") == ({str(two.uid)}, set())
    assert found("surgery 2001") == (set(), {north.code})
    assert found("nobody so called") == (set(), set())
    assert "Nothing was found" in main(browser.get(SEARCH))
    assert {facts["kind"] for _, facts in searches()} == {"name"}
    assert [facts["found"] for _, facts in searches()] == ["yes"] * 4 + ["no"]
    kept = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert "nobody so called" not in kept


def test_a_long_list_of_results_ends_and_says_so():
    a_service("Example")
    service = a_service("Many")
    User.objects.bulk_create(
        User(email=f"m{n}@x.example", name=f"Max {n:03}", role="practitioner", service=service)
        for n in range(actions.MOST + 1)
    )
    browser = at_desk(an_iw_member())
    page = browser.post(SEARCH, {"sought": "Max"}, follow=True)
    assert "There are more than the first 25. Type more of the name." in main(page)
    assert main(page).count("@x.example") == actions.MOST
    assert "There are more" not in main(browser.post(SEARCH, {"sought": "Max 00"}, follow=True))


def test_what_is_no_search_is_said_beside_the_field():
    browser = at_desk(an_iw_member())
    for bad in ("", " ", "x", "x" * 101, "CP\x0012345678"):
        page = browser.post(SEARCH, {"sought": bad})
        assert page.status_code == 200
        assert 'id="id_sought_error"' in page.content.decode()
    assert searches() == []


def test_an_auditor_is_led_to_the_logbook_and_finds_nobody_here():
    request, auditor = a_request(), an_auditor()
    browser = at_desk(auditor)
    answer = browser.post(SEARCH, {"sought": request.reference})
    assert answer.url == f"/logbook/?reference={request.reference}"
    page = browser.post(SEARCH, {"sought": request.practitioner.name}, follow=True)
    assert "People are not looked for here" in main(page)
    assert request.practitioner.email not in page.content.decode()
    assert searches() == [
        (request.reference, {"kind": "reference", "found": "not_looked_for"}),
        ("", {"kind": "name", "found": "not_looked_for"}),
    ]


def test_an_auditor_finds_a_record_by_number_for_a_purpose_of_theirs():
    request, auditor = a_request(), an_auditor()
    number, browser = request.record.number_in_clear(), at_desk(auditor)
    assert "An audit" in main(browser.get(FIND))
    for not_theirs in ("audit", "phone_call"):
        page = browser.post(FIND, {"purpose": not_theirs, "number": number})
        assert 'id="id_purpose_error"' in page.content.decode()
    answer = browser.post(FIND, {"purpose": "auditing", "number": number})
    assert answer.url == f"/logbook/?reference={request.record.reference}"
    assert browser.get(f"/records/{request.record.reference}/").status_code == 403
    page = browser.post(FIND, {"purpose": "auditing", "number": a_number()}, follow=True)
    assert "There is no record with this number here." in main(page)
    looked = Entry.objects.filter(event="record_searched").order_by("id")
    assert [(entry.record, facts_of(entry)["found"]) for entry in looked] == [
        (request.record.reference, True),
        ("", False),
    ]
    member = at_desk(an_iw_member())
    assert 'value="auditing"' not in member.get(FIND).content.decode()


def test_whom_an_auditor_looks_into_is_not_warned():
    request, auditor, member = a_request(), an_auditor(), an_iw_member()
    number = request.record.number_in_clear()
    for browser, purpose in ((at_desk(auditor), "auditing"), (at_desk(member), "audit")):
        browser.post(SEARCH, {"sought": request.reference})
        browser.post(FIND, {"purpose": purpose, "number": number})
    events = ["searched", "record_searched"]
    read = entries_for(member).filter(event__in=events)
    assert [(entry.event, entry.actor) for entry in read.order_by("id")] == [
        (event, member.uid) for event in events
    ]
    assert entries_for(auditor).filter(event__in=events).count() == 4


def test_only_they_search():
    for somebody in (a_practitioner, an_administrator):
        person = somebody()
        with pytest.raises(NotAllowed):
            actions.search("Ann", by=person, now=NOW)
        home = at_desk(person).get("/").content.decode()
        assert 'role="search"' not in home
    assert searches() == []


def test_the_box_is_on_every_page_once_and_no_browser_keeps_what_is_typed():
    for somebody in (an_iw_member, an_auditor):
        browser = at_desk(somebody())
        for address in ("/", "/logbook/", "/guidance/", FIND, SEARCH, "/no-such-page/"):
            text = browser.get(address).content.decode()
            (box,) = re.findall(r'<input[^>]*name="sought"[^>]*>', text, re.S)
            for said in (
                'autocomplete="off"',
                'autocapitalize="none"',
                'autocorrect="off"',
                'spellcheck="false"',
                'translate="no"',
            ):
                assert said in box, address


def test_what_else_has_a_reference_leads_to_where_it_is_seen():
    lead, now = an_iw_member(lead=True), timezone.now()
    (hold,) = shielded_for(now=now - 10 * DAY)
    review = added_reviews.ask_for_review(hold, reason="complaint", by=lead, now=now)
    deputy = a_practitioner(service=hold.service)
    for manager in (hold.source, deputy):
        a_practitioner(service=hold.service, manager=manager)
    named = deputies.name_deputy(
        hold.source, deputy, first_day=today(now), last_day=today(now), by=lead, now=now
    )
    suspending.suspend(deputy, by=lead, now=now)
    asked_for = role_grants.propose_account(
        name="Al Other",
        email="al@x.example",
        role="auditor",
        is_lead=False,
        by=an_administrator(),
        now=now,
    )
    imported = imports.propose("people", b"x", rows=1, by=lead, now=now)
    of_shields = imports.propose("shields", b"x", rows=1, by=lead, now=now)
    pages = {
        review.reference: reverse("review_detail", args=[review.reference]),
        review.consultations.get().reference: reverse("review_detail", args=[review.reference]),
        named.reference: reverse("person_deputy", args=[hold.source.uid]),
        deputy.suspensions.get().reference: reverse(
            "suspension", args=[deputy.suspensions.get().reference]
        ),
        asked_for.reference: reverse("roles"),
        loads.enter(today(now), by=lead, now=now).reference: reverse("data_loads"),
        imported.reference: reverse("people_import_one", args=[imported.reference]),
        of_shields.reference: reverse("go_live_one", args=[of_shields.reference]),
    }
    found = {sought: actions.search(sought, by=lead, now=now).page for sought in pages}
    assert found == pages
