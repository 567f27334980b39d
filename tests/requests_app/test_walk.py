"""The walk of one request, from draft to agreed, with the entries it leaves."""

import pytest

from logbook.models import Entry
from requests_app import actions, deciding, states
from requests_app.answers import PAGE
from requests_app.models import Request
from shielding.accounts.refused import NotAllowed, Refused
from shielding.models import Record
from tests.people import a_practitioner, an_iw_member
from tests.requests import DAY, NOW, a_draft, a_request, agreed

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_request_places_its_hold_and_opens_its_review():
    request = a_request()
    assert request.state == states.SUBMITTED
    assert request.hold.is_standing
    assert request.hold.reference == request.review.reference == request.reference
    assert request.review.due.isoformat() == "2026-03-09"
    assert request.record.state == "to_shield"
    assert bytes(request.number or b"") == b""


def test_applied_then_agreed_leaves_an_entry_each():
    request, member = a_request(), an_iw_member()
    deciding.attest_applied(request, checked_on=NOW.date(), no_duplicate=True, by=member, now=NOW)
    agreed(request, by=member)
    events = list(Entry.objects.filter(reference=request.reference).order_by("id"))
    assert [entry.event for entry in events if entry.event != "request_answers_changed"] == [
        "draft_started",
        "hold_placed",
        "review_opened",
        "request_submitted",
        "shield_applied",
        "involvement_attested",
        "request_agreed",
    ]
    assert Record.objects.get().state == "shielded"


def test_not_agreed_takes_two_and_leaves_the_record_shielded():
    request, one, two = a_request(), an_iw_member(), an_iw_member()
    deciding.attest_applied(request, checked_on=NOW.date(), no_duplicate=True, by=one, now=NOW)
    request = deciding.propose_not_agreed(
        request, reason="well_known", seen=request.state_since, by=one, now=NOW
    )
    with pytest.raises(NotAllowed):
        deciding.confirm_not_agreed(request, seen=request.state_since, by=one, now=NOW)
    request = deciding.confirm_not_agreed(request, seen=request.state_since, by=two, now=NOW)
    request.hold.refresh_from_db()
    assert (request.state, request.hold.released_how) == ("not_agreed", "not_agreed")
    assert Record.objects.get().state == "shielded"


def test_a_second_standing_request_by_the_same_practitioner_is_refused_and_kept_as_a_draft():
    one = a_request()
    number = one.record.number_in_clear()
    again = a_draft(one.practitioner, number=number)
    with pytest.raises(Refused, match="already_asked"):
        actions.submit(again, by=one.practitioner, now=NOW)
    again.refresh_from_db()
    assert (again.state, again.number_in_clear()) == (states.DRAFT, number)
    other = a_request(a_practitioner(service=one.service), number=number)
    assert other.record == one.record


def test_sending_twice_finds_it_sent():
    request = a_request()
    again = actions.submit(request, by=request.practitioner, now=NOW)
    assert again.pk == request.pk
    assert Request.objects.get().hold.placed_at == NOW


def test_considered_not_shielded_places_no_hold_and_is_looked_at():
    request = a_request(decision="considered")
    assert (request.state, request.hold, request.record.state) == (
        states.CONSIDERED,
        None,
        "not_shielded",
    )
    asked = deciding.ask_to_look_again(
        request, query="risk", seen=request.state_since, by=an_iw_member(), now=NOW
    )
    practitioner = request.practitioner
    values = {"decision": "shield"}
    asked = actions.save_answers(asked, PAGE["decision"], values=values, by=practitioner, now=NOW)
    for slug, values in {
        "protection": {
            "own_system": "yes",
            "own_system_on": DAY,
            "measures_considered": True,
        },
        "siblings": {"siblings_considered": True},
        "lead-professional": {"lead_professional": "me"},
    }.items():
        asked = actions.save_answers(asked, PAGE[slug], values=values, by=practitioner, now=NOW)
    sent = actions.resubmit(asked, by=practitioner, now=NOW)
    assert (sent.state, sent.hold.is_standing, sent.review.hold) == (
        states.SUBMITTED,
        True,
        sent.hold,
    )
    assert Record.objects.get().state == "to_shield"
