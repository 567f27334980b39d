"""Bad input to every field of the desk's forms: a message beside the field, and nothing done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brokerage.access_request_codes import REASONS, LeadReason
from brokerage.models import AccessRequest, Liaison
from logbook.models import Entry
from logbook.references import new_reference
from tests.brokerage.support.cast import a_cast, again, agreed, answered, asking
from tests.brokerage.support.desk import as_shown, days_ago, page_of
from tests.brokerage.support.family import CONTENT
from tests.brokerage.support.urgent_calls import a_call_posted
from tests.requests_app.support.desk import at_desk, main
from tests.support.people import a_practitioner, a_service, an_iw_member

pytestmark = pytest.mark.django_db
NONSENSE = ("", "nonsense", "\x00", "<script>", "x" * 5000, "\u202eabc", "0", "None")
URGENT = "/brokerage/urgent-call/"


def _sent_badly(access, by, act, answers):
    """Send a form; the page comes back with a message and nothing has changed."""
    browser, before = at_desk(by), again(access).changed_at
    entries = Entry.objects.exclude(event="access_opened").count()
    page = browser.post(f"{page_of(access)}{act}/", answers)
    assert page.status_code == 200
    assert page.content.decode().partition("<title>")[2].strip().startswith("Error: ")
    assert "There is a problem" in main(page)
    assert again(access).changed_at == before
    assert Entry.objects.exclude(event="access_opened").count() == entries
    assert "x" * 5000 not in main(page)
    return main(page)


def test_a_code_that_is_none():
    cast = a_cast()
    access = agreed(cast)
    for act, field, message in (
        ("keep-quiet", "reason", "Select why they are not told"),
        ("conclude", "outcome", "Select the outcome"),
    ):
        for value in NONSENSE:
            text = _sent_badly(access, cast.member, act, as_shown(access) | {field: value})
            assert (message if not value else "Select one of the answers shown") in text


def test_a_leads_decision_that_is_none():
    cast = a_cast()
    access = answered(cast, first="objects")
    good = as_shown(access) | {"decision": "go_ahead", "reason": "duty"}
    for field, message in (
        ("decision", "Select your decision"),
        ("reason", "Select the reason for your decision"),
    ):
        for value in NONSENSE:
            text = _sent_badly(access, cast.lead, "decide", good | {field: value})
            assert (message if not value else "Select one of the answers shown") in text


def test_a_reason_that_goes_with_the_other_decision():
    cast = a_cast()
    access = answered(cast, first="objects")
    for decision, reasons in REASONS.items():
        given = as_shown(access) | {"decision": decision}
        for reason in set(LeadReason) - set(reasons):
            text = _sent_badly(access, cast.lead, "decide", given | {"reason": reason.value})
            assert "Select a reason that goes with your decision" in text
    assert again(access).lead_decision == ""


A_MOMENT = "Open this page again: it is out of date"
NO_MOMENTS = (*NONSENSE, "2026-03-09", "2026-03-09T10:00:00", "99999-01-01T00:00:00+00:00")
# One form is sent all of them; the others have the same field, and are sent these.
SOME = ("", "2026-03-09")


def test_what_the_lead_had_seen_and_heard_is_a_moment():
    cast = a_cast()
    access = answered(cast, first="objects")
    good = as_shown(access) | {"decision": "go_ahead", "reason": "duty"}
    for name, values in (("seen", SOME), ("heard", NO_MOMENTS)):
        for value in values:
            assert A_MOMENT in _sent_badly(access, cast.lead, "decide", good | {name: value})


def test_what_was_seen_is_a_moment():
    cast = a_cast()
    access = agreed(cast)
    good = {"reason": "police", "outcome": "declined"}
    for act, values in (("ask-sources", NO_MOMENTS), ("keep-quiet", SOME), ("conclude", SOME)):
        for value in values:
            assert A_MOMENT in _sent_badly(access, cast.member, act, good | {"seen": value})


NO_LAST_DAYS = (
    ("", "", "", "Enter the day on which the contact ends."),
    ("31", "2", "2027", "Enter a real date"),
    ("1", "1", "27", "Enter a real date"),
    ("x" * 5000, "1", "2027", "Enter a real date"),
    ("\x00", "1", "2027", "Use ordinary letters"),
    ("1", "1", "2020", "The date must be today or in the future"),
    ("1", "1", "9999", "Contact ends after"),
)


def test_a_day_on_which_contact_cannot_end():
    cast = a_cast()
    soon = timezone.localdate() + timedelta(days=30)
    access = agreed(cast, now=days_ago(0.1), needed_until=soon)
    browser = at_desk(cast.member)
    browser.post(f"{page_of(access)}ask-sources/", as_shown(access))
    Liaison.objects.update(
        answer="will_contact", answered_at=timezone.now(), answered_by=cast.source
    )
    for day, month, year, message in NO_LAST_DAYS:
        answers = as_shown(access) | {
            "outcome": "source_will_contact",
            "granted_until_day": day,
            "granted_until_month": month,
            "granted_until_year": year,
        }
        assert message in _sent_badly(access, cast.member, "conclude", answers)


def test_an_answer_that_is_none_or_on_nobodys_word():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.first()
    act = f"answers/{liaison.reference}"
    for value in NONSENSE:
        text = _sent_badly(access, cast.member, act, {"answer": value, "called_back": "on"})
        assert ("Select what they said" if not value else "Select one of the answers shown") in text
    for said in ("will_contact", "give_contact", "objects"):
        text = _sent_badly(access, cast.member, act, {"answer": said})
        assert "Call them back first, then tick to say so" in text
    for value in SOME:
        good = {"answer": "objects", "called_back": "on", "family": "content"}
        text = _sent_badly(access, cast.member, act, good | {"asked_at": value})
        assert A_MOMENT in text


def test_left_out_is_nobodys_answer():
    cast = a_cast()
    access = asking(cast)
    liaison = access.liaisons.first()
    address = f"{page_of(access)}answers/{liaison.reference}/"
    asked_at = liaison.asked_at.isoformat()
    answers = {"answer": "left_out", "called_back": "on", "asked_at": asked_at, **CONTENT}
    assert at_desk(cast.member).post(address, answers).status_code == 409


def test_the_ticks_of_stopping_and_reading_are_needed():
    cast = a_cast()
    browser = at_desk(cast.member)
    browser.post(URGENT, a_call_posted(service=a_service().code))
    call = AccessRequest.objects.get()
    text = _sent_badly(call, cast.colleague, "read", {})
    assert "Tick that you have read it" in text


# The urgent call's form


NEEDED = {
    "number": "Enter the record number",
    "number_again": "Enter the record number again",
    "caller": "Select who called",
    "service": "Select the service of the caller",
    "purpose": "Select the purpose",
    "sought": "Select what was sought",
    "outcome": "Select what came of it",
    "called_back": "Call back on a number of the directory first",
}


def test_every_answer_of_a_call_is_needed():
    browser, call = at_desk(an_iw_member()), a_call_posted(service=a_service().code)
    for field, message in NEEDED.items():
        page = browser.post(URGENT, call | {field: ""})
        assert list(page.context["form"].errors) == [field]
        assert message in main(page)
    assert AccessRequest.objects.count() == 0


def test_nonsense_in_a_call_is_met_beside_each_field():
    browser, call = at_desk(an_iw_member()), a_call_posted(service=a_service().code)
    fields = ("reference", "number", "caller", "service", "purpose", "sought", "outcome")
    for value in (*NONSENSE[1:], "no_brokerage_needed", "CP1234567", "CP123456789"):
        for nonsense in (dict.fromkeys(fields, value), {"number_again": value}):
            page = browser.post(URGENT, call | nonsense)
            assert page.status_code == 200
            assert set(page.context["form"].errors) >= set(nonsense), value
            assert "There is a problem" in main(page)
    assert AccessRequest.objects.count() == 0


def test_numbers_that_differ_and_a_reference_from_elsewhere():
    browser, service = at_desk(an_iw_member()), a_service()
    page = browser.post(URGENT, a_call_posted(service=service.code, number_again="CP00000001"))
    assert "The two numbers are not the same" in main(page)
    for reference in (new_reference(), "IW-2222-2222:signed"):
        page = browser.post(URGENT, a_call_posted(service=service.code, reference=reference))
        assert "Open this page again: it is out of date" in main(page)


def test_a_practitioner_who_is_none():
    browser, gone = at_desk(an_iw_member()), a_practitioner(is_active=False)
    for email, message in (
        ("", "Enter the work email address of the practitioner"),
        ("nobody@council.example", "No practitioner with an account has this email address"),
        (gone.email, "No practitioner with an account has this email address"),
        ("not an address", "Enter an email address in the right format"),
        ("a\x00b@council.example", "Use ordinary letters"),
    ):
        page = browser.post(URGENT, a_call_posted(caller="practitioner", email=email))
        assert message in main(page)
