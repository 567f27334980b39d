"""The entries of one service: auditors and IW leads read them, and it counts as misuse may."""

import pytest
from django.test import Client

from logbook.misuse import signs
from logbook.models import Entry
from logbook.reading import facts_of
from tests.logbook.support.pages import LIST, an_entry, shown, text_of
from tests.logbook.support.signs import (
    DAYS,
    LIMITS,
    NIGHT,
    a_reference,
    bursts,
    somebody,
    who,
    wrote,
)
from tests.support.people import a_practitioner, a_service, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def test_auditors_and_leads_read_the_entries_of_one_service_and_that_is_an_entry():
    school, other = a_service("St Example's School"), a_service("Another School")
    of_school = an_entry(a_practitioner(service=school))
    an_entry(a_practitioner(service=other))
    for person in (an_auditor(), an_iw_member(lead=True)):
        browser = signed_in(person)
        option = f'<option value="{school.code}">St Example&#x27;s School, {school.code}</option>'
        assert option in browser.get(LIST).text
        answer = browser.post(LIST, {"service": school.code, "reference": "iw 7kq4 m2xd"})
        assert answer.url == f"{LIST}?service={school.code}&reference=IW-7KQ4-M2XD"
        answer = browser.get(answer.url)
        assert shown(answer) == [of_school.pk]
        assert "What the IW Team did for a service is not among it" in answer.text
        assert f"Service of whoever did it: St Example&#x27;s School, {school.code}" in answer.text
        assert "<title>Logbook, filtered" in " ".join(answer.text.split())
        entry = Entry.objects.latest("id")
        assert (entry.event, entry.actor) == ("logbook_by_service", person.uid)
        assert entry.reference == "IW-7KQ4-M2XD"
        assert facts_of(entry) == {
            "filters": ["reference", "service"],
            "service": school.code,
        }
        wrong = browser.get(LIST, {"service": "St Example's School"})
        assert "Select a service from the list" in wrong.text
        assert shown(wrong) == []
        assert facts_of(Entry.objects.latest("id")) == {"filters": []}


def test_a_member_is_refused_however_it_is_asked_for():
    school = a_service("St Example's School")
    an_entry(a_practitioner(service=school))
    member = an_iw_member()
    browser = signed_in(member)
    assert "St Example" not in browser.get(LIST).text
    placed = {"event": "hold_placed", "service": school.code}
    for refused in (
        browser.get(LIST, placed),
        browser.get(LIST, {"service": ""}),
        browser.get(f"{LIST}?service={school.code}&service="),
        browser.post(LIST, {"service": school.code}),
        browser.post(f"{LIST}?service={school.code}"),
    ):
        assert refused.status_code == 403
        entry = Entry.objects.latest("id")
        assert (entry.event, entry.actor) == ("refused", member.uid)
        assert facts_of(entry) == {"action": "logbook", "why": "leads_only"}
    assert Entry.objects.filter(event="refused").count() == 5


def test_nobody_reads_of_which_service_an_auditor_read():
    school, auditor, lead = a_service("A School"), an_auditor(), an_iw_member(lead=True)
    signed_in(auditor).get(LIST, {"service": school.code})
    read = Entry.objects.latest("id")
    assert read.event == "logbook_by_service"
    assert read.pk not in shown(signed_in(lead).get(LIST, {"person": auditor.uid}))
    assert signed_in(lead).get(f"{LIST}{read.pk}/").status_code == 404
    assert read.pk in shown(signed_in(auditor).get(LIST, {"person": auditor.uid}))


def by_service(person, at=None, reference=""):
    facts = {"filters": ["service"], "service": "SV-1"}
    wrote("logbook_by_service", person, **({"at": at} if at else {}), reference=reference, **facts)


def test_it_counts_as_narrowing_the_register_and_as_reading_about_whom_it_names():
    lead, auditor = somebody(), somebody("auditor")
    for _ in range(2):
        by_service(lead)
    for _ in range(9):
        by_service(auditor, reference=a_reference())
    assert who(signs.through_the_register(LIMITS, DAYS)) == []
    wrote("register_narrowed", lead)
    (sign,) = signs.through_the_register(LIMITS, DAYS).signs
    assert (sign.person, sign.count, sign.narrowed) == (lead.uid, 3, 3)
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    references = [a_reference() for _ in range(5)]
    for reference in references:
        wrote("request_submitted", somebody("practitioner"), reference=reference, about=reference)
        by_service(lead, reference=reference)
    assert who(signs.on_many_records(LIMITS, DAYS)) == [(lead.uid, 5)]
    for _ in range(4):
        by_service(auditor, NIGHT)
    assert who(bursts()) == [(auditor.uid, 4)]


def test_the_page_of_signs_says_so():
    assert "or reads the logbook of one service" in text_of(
        signed_in(an_auditor()).get(f"{LIST}misuse/")
    )
