"""A request that was phoned in, as the practitioner in whose name it was put meets it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from requests_app import states
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.questions import SHEET
from shielding import clock
from tests.requests_app.practitioner.support.own_requests import fact, let_go, phoned, titles
from tests.requests_app.support.desk import main
from tests.requests_app.support.posts import DECLARED, address, answer, entries_of
from tests.support.people import an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db


def test_a_phoned_request_is_answered_and_confirmed(signed_in, person, member):
    request = phoned(person, member)
    page = signed_in.get(address(request))
    assert titles(page) == ["The IW Team logged it from a phone call"]
    assert not page.context["may_see_number"]
    assert page.context["resume_url"] == address(request, "record")
    answer(signed_in, request, "origin", origin="practitioner")
    url = answer(signed_in, request, "ground", ground="forced_marriage")
    while url != address(request, "check"):
        slug = url.rstrip("/").rsplit("/", 1)[1]
        url = answer(signed_in, request, slug)
    assert signed_in.post(url, DECLARED).url == address(request, "sent")
    request.refresh_from_db()
    assert (request.state, request.confirmed_by) == (states.SUBMITTED, person)
    assert "Phoned request confirmed" in signed_in.get(address(request, "sent")).content.decode()
    assert "You confirmed it" in titles(signed_in.get(address(request)))
    assert signed_in.get(address(request, "check")).url == address(request)


def test_while_it_is_proposed_not_to_agree_its_practitioner_reads_and_may_what_they_did(
    signed_in, person, member
):
    """Nothing is said of half a decision: they answer it, and confirm it."""
    request = phoned(person, member)
    address_of = address(request)
    before = main(signed_in.get(address_of)), main(signed_in.get("/requests/"))
    request = desk_actions.propose_not_agreed(
        request, reason="well_known", seen=request.changed_at, by=an_iw_member(), now=timezone.now()
    )
    assert request.state == states.PROPOSED
    assert (main(signed_in.get(address_of)), main(signed_in.get("/requests/"))) == before
    assert "Answer and confirm" in before[0]
    answer(signed_in, request, "origin", origin="practitioner")
    url = answer(signed_in, request, "ground", ground="forced_marriage")
    while url != address(request, "check"):
        slug = url.rstrip("/").rsplit("/", 1)[1]
        url = answer(signed_in, request, slug)
    assert signed_in.get(url).status_code == 200
    assert signed_in.post(url, DECLARED).url == address(request, "sent")
    changed = request.changed_at
    request.refresh_from_db()
    assert (request.state, request.confirmed_by) == (states.PROPOSED, person)
    assert request.proposed_by is not None
    assert request.changed_at > changed


@pytest.mark.parametrize(("days_ago", "words", "late"), [(0, "left", False), (14, "overdue", True)])
def test_it_is_to_be_confirmed_within_one_working_day(
    signed_in, person, member, days_ago, words, late
):
    request = phoned(person, member)
    logged_at = timezone.now() - timedelta(days=days_ago)
    Request.objects.update(logged_at=logged_at, submitted_at=logged_at)
    by = clock.next_working_day(clock.today(logged_at))

    due = fact(signed_in.get(address(request)), "Confirm by").due
    assert (due.on, due.colour == "red") == (by, late)
    assert words in due.words
    assert signed_in.get("/requests/").context["to_do"][0][2].due == due

    desk = Client()
    desk.force_login(member)
    page = desk.get("/desk/", {"tab": "phoned"})
    assert page.context["rows"][0][2].due == due
    assert fact(desk.get(f"/desk/requests/{request.reference}/"), "To be confirmed by").due == due


def test_what_is_confirmed_disowned_or_let_go_has_no_day_to_be_confirmed_by(
    signed_in, person, member
):
    done, disowned, gone = (phoned(person, member) for _ in range(3))
    practitioner_actions.disown_phoned(disowned, by=person, now=timezone.now())
    let_go(gone, member)
    now = timezone.now()
    Request.objects.filter(pk=done.pk).update(confirmed_at=now, confirmed_by=person)
    for request in (done, disowned, gone):
        request.refresh_from_db()
        assert request.confirm_by is None
    desk = Client()
    desk.force_login(member)
    rows = desk.get("/desk/", {"tab": "phoned"}).context["rows"]
    assert [row[2].tag for row in rows] == ["They say it was not them"]


def test_a_phoned_request_that_was_returned_is_confirmed_and_sent_again(signed_in, person, member):
    request = phoned(person, member)
    desk_actions.return_with_query(
        request, query="points", seen=request.changed_at, by=an_iw_member(), now=timezone.now()
    )
    for slug in SHEET:
        answer(signed_in, request, slug)
    signed_in.post(address(request, "check"), DECLARED)
    assert entries_of(request)[-2:] == ["phoned_request_confirmed", "request_resubmitted"]


def test_this_was_not_me(signed_in, person, member):
    request = phoned(person, member)
    own = main(signed_in.get(address(request)))
    # It waits for them, and somebody else may have phoned: that comes first.
    assert own.index("Somebody phoned this request") < own.index("Status Waits for you to confirm")
    assert "Phoned to the IW Team" in own
    assert "Sent" not in own
    assert "Say that this was not you" in main(signed_in.get(address(request, "not-me")))
    page = signed_in.post(address(request, "not-me"), follow=True)
    assert page.redirect_chain == [("/requests/", 302)]
    assert "The IW Team looks into it." in page.content.decode()
    assert request.reference not in page.content.decode()
    request.refresh_from_db()
    assert (request.disowned_by, request.hold.is_standing) == (person, True)
    # From here on it is somebody else's: as if it had never been there.
    assert signed_in.get(address(request)).status_code == 404
    assert signed_in.post(address(request, "not-me")).status_code == 404
    assert signed_in.post(address(request, "check"), DECLARED).status_code == 404
    request.refresh_from_db()
    assert request.confirmed_at is None


def test_only_a_phoned_request_can_be_disowned(signed_in, person):
    request = a_request(person)
    assert signed_in.get(address(request, "not-me")).url == address(request)
    assert signed_in.post(address(request, "not-me")).status_code == 409
