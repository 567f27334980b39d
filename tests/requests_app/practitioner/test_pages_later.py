"""What comes back to a practitioner after sending: queries, decisions, the family."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logbook.models import Entry
from requests_app import states
from requests_app.desk import actions
from requests_app.practitioner import to_do
from shielding import clock
from shielding.accounts.deputies import actions as deputy_actions
from shielding.hooks import waiting
from shielding.models import Hold
from shielding.web.cells import Text
from tests.requests_app.practitioner.support.own_requests import (
    fact,
    let_go,
    phoned,
    returned,
    titles,
)
from tests.requests_app.support.desk import main
from tests.requests_app.support.posts import DECLARED, address, answer, entries_of, on, place
from tests.shielding.accounts.deputies.support.deputies import named as deputy_named
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_draft, a_request, agreed

pytestmark = pytest.mark.django_db


def look_again(person, member):
    request = a_request(person, now=timezone.now(), decision="considered")
    return actions.ask_to_look_again(
        request, query="risk", seen=request.changed_at, by=member, now=timezone.now()
    )


def not_agreed(person, member):
    request = a_request(person, now=timezone.now())
    request = actions.propose_not_agreed(
        request,
        reason="well_known",
        seen=request.changed_at,
        by=an_iw_member(),
        now=timezone.now(),
    )
    return actions.confirm_not_agreed(
        request, no_duplicate=True, seen=request.changed_at, by=member, now=timezone.now()
    )


def applied(person, member):
    request = a_request(person, now=timezone.now())
    actions.attest_applied_for_request(
        request, checked_on=timezone.localdate(), no_duplicate=True, by=member, now=timezone.now()
    )
    return request


def test_a_returned_request_is_answered_and_sent_again(signed_in, person, member):
    request = returned(person, member)
    page = signed_in.get(address(request))
    assert fact(page, "What the IW Team asks").value.startswith("Look at the points")
    assert page.context["resume_url"] == address(request, "check")
    assert "Jo Member" not in page.content.decode()

    answer(signed_in, request, "points")
    # Not taken for one of a draft, of which the logbook makes one row.
    written = Entry.objects.filter(event="request_answers_changed").latest("id")
    assert written.record == request.record.reference
    # Another record is another request, and letting go is another act.
    for sheet, parts in (("record", ["origin"]), ("decision", ["points", "manager"])):
        form = signed_in.get(address(request, sheet)).context["form"]
        assert [part.slug for part in form.parts] == parts
    check = signed_in.get(address(request, "check")).content.decode()
    assert f'href="{place(request, "points")}"' in check
    assert f'href="{place(request, "number")}"' not in check

    assert signed_in.post(address(request, "check"), DECLARED).url == address(request, "sent")
    request.refresh_from_db()
    assert (request.state, request.query) == (states.SUBMITTED, "")
    assert entries_of(request)[-1] == "request_resubmitted"
    assert "Request sent again" in signed_in.get(address(request, "sent")).content.decode()
    assert titles(signed_in.get(address(request))) == [
        "You started it",
        "You sent it",
        "You sent it again",
    ]


def test_a_changed_ground_is_the_hold_s_at_once(signed_in, person, member):
    request = returned(person, member, query="ground_unclear")
    assert answer(signed_in, request, "ground", ground="abduction") == address(request, "decision")
    request.hold.refresh_from_db()
    assert request.hold.ground == "abduction"


def test_look_again_may_be_confirmed_or_come_to_shield(signed_in, person, member):
    confirmed, shielded = look_again(person, member), look_again(person, member)
    signed_in.post(address(confirmed, "check"), DECLARED)
    assert answer(signed_in, shielded, "decision") == address(shielded, "done")
    answer(signed_in, shielded, "done")
    signed_in.post(address(shielded, "check"), DECLARED)
    confirmed.refresh_from_db()
    shielded.refresh_from_db()
    assert (confirmed.state, confirmed.hold) == (states.CONSIDERED, None)
    assert (shielded.state, shielded.hold.is_standing) == (states.SUBMITTED, True)


def test_the_family_was_told(signed_in, person):
    request = a_request(person, family_told="will", family_told_on=None)
    page = signed_in.get(address(request))
    assert "I have told the family" in page.content.decode()
    told = main(signed_in.get(address(request, "family-told")))
    assert "Have you told the family?" in told
    assert "Where it is not safe to tell them, there is nothing to do here" in told
    assert signed_in.post(address(request, "family-told"), {}).status_code == 200
    assert signed_in.post(address(request, "family-told"), on("on")).url == address(request)
    request.refresh_from_db()
    assert (request.family_told, request.family_told_on) == ("done", timezone.localdate())
    assert entries_of(request)[-1] == "family_told"
    assert signed_in.get(address(request, "family-told")).url == address(request)
    assert signed_in.post(address(request, "family-told"), on("on")).status_code == 409


def test_what_was_let_go_is_no_longer_the_practitioner_s_to_change(signed_in, person, member):
    request = returned(person, member)
    let_go(request, member)
    page = signed_in.get(address(request))
    assert fact(page, "Status").tag == "No longer asks for a shield"
    assert page.context["resume_url"] == ""
    assert titles(page)[-1] == "No longer asks for a shield"
    assert signed_in.get(address(request, "points")).url == address(request)
    assert signed_in.post(address(request, "check"), DECLARED).status_code == 409
    assert list(to_do.DUTY["returned"].of(person, timezone.now())) == []


def test_what_is_attested_after_letting_go_is_not_shown(signed_in, person, member):
    """The record may still be dealt with, for others or until it is opened: not theirs to know."""
    request = a_request(person, now=timezone.now())
    let_go(request, member)
    later = timezone.now()
    Hold.objects.update(applied_at=later, applied_by=member, agreed_at=later, agreed_by=member)
    page = signed_in.get(address(request))
    assert [row.key for row in page.context["facts"]] == ["Status", "Sent", "First review"]
    assert titles(page) == ["You started it", "You sent it", "No longer asks for a shield"]


def test_what_was_attested_before_letting_go_stays(signed_in, person, member):
    request = a_request(person, now=timezone.now())
    now = timezone.now()
    Hold.objects.update(applied_at=now, applied_by=member)
    let_go(request, member)
    page = signed_in.get(address(request))
    assert titles(page)[-2:] == [
        "Applied on ContactPoint and checked",
        "No longer asks for a shield",
    ]


def test_a_proposal_not_to_agree_is_not_seen_before_two_agree(signed_in, person, member):
    request = a_request(person, now=timezone.now())
    before = signed_in.get(address(request))
    request = actions.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=member, now=timezone.now()
    )
    after = signed_in.get(address(request))
    for key in ("facts", "timeline", "what_now", "resume_url"):
        assert after.context[key] == before.context[key]
    actions.confirm_not_agreed(
        request,
        no_duplicate=True,
        seen=request.changed_at,
        by=an_iw_member(),
        now=timezone.now(),
    )
    page = signed_in.get(address(request))
    assert fact(page, "Status").tag == "Not agreed"
    assert "Merely well known" not in page.content.decode()
    assert titles(page)[-1] == "Not agreed"
    assert "/guidance/disagreement/" in page.content.decode()


def test_applied_and_agreed_with_their_own_dates(signed_in, person, member):
    request = a_request(person, now=timezone.now())
    actions.attest_applied_for_request(
        request, checked_on=timezone.localdate(), no_duplicate=True, by=member, now=timezone.now()
    )
    agreed(request, by=member, now=timezone.now())
    page = signed_in.get(address(request))
    request.refresh_from_db()
    assert fact(page, "Applied on ContactPoint and checked").when == request.hold.applied_at
    assert fact(page, "Agreed").when == request.hold.agreed_at
    assert titles(page)[-2:] == ["Applied on ContactPoint and checked", "Agreed"]


def test_a_settled_decision_leads_to_the_complaints_route(signed_in, person, member):
    request = a_request(person, now=timezone.now(), decision="considered")
    actions.settle_considered(
        request, no_duplicate=True, seen=request.changed_at, by=member, now=timezone.now()
    )
    page = signed_in.get(address(request))
    assert titles(page)[-1] == "“Considered, not shielded” was confirmed"
    assert "/guidance/disagreement/" in page.content.decode()


def test_what_waits_is_what_the_list_shows(signed_in, person, member):
    made = {
        "to-confirm": phoned(person, member),
        "returned": returned(person, member),
        "look-again": look_again(person, member),
        "family": a_request(person, now=timezone.now(), family_told="will", family_told_on=None),
        "family-of-end": not_agreed(person, member),
        "professionals": applied(person, member),
        "drafts": a_draft(person, now=timezone.now()),
    }
    a_draft(a_practitioner())
    owing = [made[slug] for slug in ("returned", "family", "professionals")]
    expected = {"/requests/?show=review": owing}
    expected |= {f"/requests/?show={slug}": [request] for slug, request in made.items()}
    items = [item for ask in waiting for item in ask(person, timezone.now())]
    mine = {item.url: list(item.things) for item in items if item.url in expected}
    assert mine == expected
    for url, requests in expected.items():
        page = signed_in.get(url)
        shown = [row[0].text for row in page.context["rows"]]
        assert shown == [request.reference for request in requests]
    page = signed_in.get("/requests/")
    assert [row[0].text for row in page.context["to_do"]] == [
        request.reference for request in (*owing, *made.values())
    ]
    # Nobody is to be told sooner than is safe, however late the first review is.
    made["family"].review.due = clock.today(timezone.now()) - timedelta(days=2)
    made["family"].review.save()
    page = signed_in.get("/requests/")
    undated = [row for row in page.context["to_do"] if isinstance(row[2], Text)]
    due = {getattr(row[1], "text", row[1]): row[2].text for row in undated}
    assert due == {
        "Tell the family, then confirm": "When it is safe",
        "Tell the family, then say so": "When it is safe",
        "Tell other professionals, then say so": "When it is safe",
        "Finish the draft": "No date",
    }
    assert to_do.waiting(member, timezone.now()) == []


def test_the_list_has_the_sent_ones_latest_first(signed_in, person):
    sent = [a_request(person, now=timezone.now()) for _ in range(3)]
    a_draft(person)
    page = signed_in.get("/requests/")
    assert [row[0].text for row in page.context["rows"]] == [
        request.reference for request in reversed(sent)
    ]
    assert [row[1].tag for row in page.context["rows"]] == ["With the IW Team"] * 3
    assert all(row[2].due.words == "7 days left" for row in page.context["rows"])


def test_a_line_manager_sees_reference_practitioner_and_dates_and_nothing_else(client, person):
    manager = a_practitioner(service=person.service, name="Morgan Lee")
    person.line_manager = manager
    person.save()
    day = timezone.localdate()
    named = a_request(
        person,
        now=timezone.now(),
        supporter=manager,
        supporter_not_listed=False,
        supported_on=day,
    )
    a_draft(person, supporter=manager, supporter_not_listed=False, supported_on=day)
    a_request(person)
    client.force_login(manager)
    page = client.get("/supporting/")
    on_day = f"{day.day} {day:%B %Y}"
    row = [Text(named.reference, code=True), "Sam Carter", on_day, on_day]
    assert page.context["rows"] == [row]
    text = page.content.decode()
    for hidden in (person.email, person.service.name, person.service.code, "abuse", "Fleeing"):
        assert hidden not in text
    assert client.get(address(named)).status_code == 404
    client.force_login(person)
    assert client.get("/supporting/").status_code == 403


def test_opening_a_request_is_an_entry_with_its_record(signed_in, person):
    request, draft = a_request(person), a_draft(person)
    signed_in.get(address(request))
    signed_in.get(address(draft, "check"))
    found = Entry.objects.filter(event="request_opened").order_by("id")
    assert list(found.values_list("actor", "reference", "record")) == [
        (person.uid, request.reference, request.record.reference),
        (person.uid, draft.reference, ""),
    ]


def test_who_stands_in_for_the_manager_that_a_request_names_reads_it_meanwhile(client, person):
    manager, deputy = (a_practitioner(service=person.service) for _ in range(2))
    for one in (manager, deputy):
        a_practitioner(service=person.service, manager=one)
    day = timezone.localdate()
    request = a_request(
        person,
        now=timezone.now(),
        supporter=manager,
        supporter_not_listed=False,
        supported_on=day,
    )
    client.force_login(deputy)
    assert client.get("/supporting/").context["rows"] == []
    done = deputy_named(manager, deputy, day, 1, now=timezone.now())
    [row] = client.get("/supporting/").context["rows"]
    assert row[0] == Text(request.reference, code=True)
    deputy_actions.end_deputy(done, by=manager, now=timezone.now())
    assert client.get("/supporting/").context["rows"] == []
