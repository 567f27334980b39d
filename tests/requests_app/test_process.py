"""The walk of one request, from draft to agreed, with the entries it leaves."""

from datetime import timedelta

import pytest

from logbook.models import Entry
from requests_app import states
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.questions import PAGE
from shielding.accounts.models import User
from shielding.models import Record
from shielding.web.refusals import NotAllowed, Refused
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import DAY, NOW, a_draft, a_request, agreed
from tests.support.shielded_records import let_go

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
    desk_actions.attest_applied_for_request(
        request, checked_on=NOW.date(), no_duplicate=True, by=member, now=NOW
    )
    agreed(request, by=member)
    events = list(Entry.objects.filter(reference=request.reference).order_by("id"))
    assert [entry.event for entry in events if entry.event != "request_answers_changed"] == [
        "draft_started",
        "hold_placed",
        "review_opened",
        "request_submitted",
        "shield_applied",
        "involvement_attested",
        "agreed_review_open",
    ]
    assert Record.objects.get().state == "shielded"
    request.review.refresh_from_db()
    assert request.review.concluded_at is None


def _confirm(request, *, by):
    return desk_actions.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=by, now=NOW
    )


def test_not_agreed_takes_two_and_leaves_the_record_shielded():
    request, one, two = a_request(), an_iw_member(), an_iw_member()
    desk_actions.attest_applied_for_request(
        request, checked_on=NOW.date(), no_duplicate=True, by=one, now=NOW
    )
    request = desk_actions.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=one, now=NOW
    )
    with pytest.raises(NotAllowed):
        _confirm(request, by=one)
    request = _confirm(request, by=two)
    request.hold.refresh_from_db()
    assert (request.state, request.hold.released_how) == ("not_agreed", "not_agreed")
    assert Record.objects.get().state == "shielded"


def test_a_second_standing_request_by_the_same_practitioner_is_refused_and_kept_as_a_draft():
    one = a_request()
    number = one.record.number_in_clear()
    again = a_draft(one.practitioner, number=number)
    with pytest.raises(Refused, match="already_asked"):
        practitioner_actions.submit(again, by=one.practitioner, now=NOW)
    again.refresh_from_db()
    assert (again.state, again.number_in_clear()) == (states.DRAFT, number)
    # Nor does anybody ask for a shield and record that they do not.
    considered = a_draft(one.practitioner, number=number, decision="considered")
    with pytest.raises(Refused, match="already_asked"):
        practitioner_actions.submit(considered, by=one.practitioner, now=NOW)
    let_go(one.hold)
    sent = practitioner_actions.submit(considered, by=one.practitioner, now=NOW)
    assert (sent.state, sent.hold) == (states.CONSIDERED, None)
    other = a_request(a_practitioner(service=one.service), number=number)
    assert other.record == one.record


def test_who_was_suspended_meanwhile_decides_nothing():
    request, member = a_request(), an_iw_member()
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert member.is_active  # what their page was made with
    with pytest.raises(NotAllowed):
        agreed(request, by=member)


def test_nobody_decides_what_they_logged_but_may_attest_that_it_is_applied():
    practitioner, member = a_practitioner(), an_iw_member()
    request = phoned_requests.log_phoned(
        reference="IW-2222-3333",
        number="CP70000001",
        ground="abuse",
        caller="gp",
        practitioner=None,
        service=practitioner.service,
        by=member,
        now=NOW,
    )
    with pytest.raises(NotAllowed):
        agreed(request, by=member)
    desk_actions.attest_applied_for_request(
        request, checked_on=NOW.date(), no_duplicate=True, by=member, now=NOW
    )
    assert agreed(request, by=an_iw_member()).state == states.AGREED


def test_an_answer_changed_since_the_page_was_opened_is_not_decided_unseen():
    request, member = a_request(), an_iw_member()
    request = desk_actions.return_with_query(
        request, query="points", seen=request.changed_at, by=member, now=NOW
    )
    seen = request.changed_at
    later = NOW + timedelta(minutes=5)
    practitioner_actions.save_answers(
        request, PAGE["ground"], values={"ground": "asylum"}, by=request.practitioner, now=later
    )
    with pytest.raises(desk_actions.ChangedMeanwhile):
        desk_actions.agree(
            request, involvement="on_record", no_duplicate=True, seen=seen, by=member, now=later
        )
    with pytest.raises(Refused, match="not_to_agree"):  # its points wait to be considered anew
        agreed(request, by=member, now=later)


def test_what_was_phoned_in_ones_name_tells_nothing_of_its_record():
    practitioner, member = a_practitioner(), an_iw_member()
    phoned = phoned_requests.log_phoned(
        reference="IW-2222-4444",
        number="CP70000002",
        ground="abuse",
        caller="practitioner",
        practitioner=practitioner,
        service=practitioner.service,
        by=member,
        now=NOW,
    )
    own = a_request(practitioner, number="CP70000002")
    assert (own.record, own.state) == (phoned.record, states.SUBMITTED)
    practitioner_actions.disown_phoned(phoned, by=practitioner, now=NOW)
    assert list(Request.objects.visible_to(practitioner)) == [own]
    with pytest.raises(Refused, match="not_to_agree"):
        agreed(phoned, by=an_iw_member())


def test_sending_twice_finds_it_sent():
    request = a_request()
    again = practitioner_actions.submit(request, by=request.practitioner, now=NOW)
    assert again.pk == request.pk
    assert Request.objects.get().hold.placed_at == NOW


def test_considered_not_shielded_places_no_hold_and_is_looked_at():
    request = a_request(decision="considered")
    assert (request.state, request.hold, request.record.state) == (
        states.CONSIDERED,
        None,
        "not_shielded",
    )
    asked = desk_actions.ask_to_look_again(
        request, query="risk", seen=request.changed_at, by=an_iw_member(), now=NOW
    )
    practitioner = request.practitioner
    values = {"decision": "shield"}
    asked = practitioner_actions.save_answers(
        asked, PAGE["decision"], values=values, by=practitioner, now=NOW
    )
    for slug, values in {
        "protection": {
            "own_system": "yes",
            "own_system_on": DAY,
            "measures_considered": True,
        },
        "siblings": {"siblings_considered": True},
        "lead-professional": {"lead_professional": "me"},
    }.items():
        asked = practitioner_actions.save_answers(
            asked, PAGE[slug], values=values, by=practitioner, now=NOW
        )
    sent = practitioner_actions.resubmit(asked, by=practitioner, now=NOW)
    assert (sent.state, sent.hold.is_standing, sent.review.hold) == (
        states.SUBMITTED,
        True,
        sent.hold,
    )
    assert Record.objects.get().state == "to_shield"
