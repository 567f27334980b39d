"""A manager reads whose request names them; a practitioner reads why theirs was not agreed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from requests_app.desk import actions as desk_actions
from requests_app.desk.changed_meanwhile import ChangedMeanwhile
from requests_app.models import Request
from requests_app.practitioner import actions
from requests_app.shield_request_codes import NotAgreedReason
from requests_app.states import PROPOSED, SUBMITTED
from shielding.compliance.open_now import open_now
from tests.requests_app.support import cast as stories
from tests.requests_app.support.desk import at_desk, main
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.requests_app.support.posts import DECLARED, address, answer
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.requests import NOW, a_request

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def proposed(request, *, by):
    request.refresh_from_db()
    return desk_actions.propose_not_agreed(
        request, reason="no_such_record", seen=request.changed_at, by=by, now=stories.LATER
    )


def overturned(request, *, by):
    request.refresh_from_db()
    return desk_actions.overturn_not_agreed(
        request, seen=request.changed_at, by=by, now=stories.LATER + HOUR
    )


def returned_by_phone(cast):
    return desk_actions.return_with_query(
        stories.phoned_answered(cast), query="points", seen=NOW, by=cast.member, now=NOW
    )


def all_that_is_read(request) -> list[str]:
    """Return every page on which its practitioner reads where a request of theirs is."""
    at_home, own = reverse("home"), reverse("request_list")
    sheets = [address(request, slug) for slug in ("", "check", "ground", "decision", "done")]
    lists = [f"{own}?show={show}" for show in ("returned", "to-confirm", "look-again")]
    read = [page(request.practitioner, url) for url in (at_home, own, *lists, *sheets)]
    return [main(one) for one in read if one.status_code == 200]


@pytest.mark.parametrize("make", [stories.returned, returned_by_phone])
def test_what_was_returned_reads_the_same_while_it_is_proposed_not_to_agree(make, monkeypatch):
    """And its practitioner may do the same: what somebody may do tells as much."""
    monkeypatch.setattr(timezone, "now", lambda: stories.LATER + DAY)
    cast = stories.a_cast()
    request = make(cast)
    before = all_that_is_read(request)
    assert any("Answer the query" in read for read in before)
    assert any("Returned to you" in read for read in before)
    proposed(request, by=cast.lead)
    assert all_that_is_read(request) == before
    # To the team it is a second look, since it was proposed: it was returned a moment before.
    (looks,) = (one for one in open_now(NOW + 7 * DAY) if one.kind == "Requests for a second look")
    assert looks.week == looks.all == 1
    # It is overturned: they are still asked, and nobody has to return it once more.
    overturned(request, by=cast.member)
    assert all_that_is_read(request) == before
    seen = proposed(request, by=cast.lead).changed_at
    answer(at_desk(cast.owner), request, "ground", ground="asylum")
    answer(at_desk(cast.owner), request, "decision")
    sent = at_desk(cast.owner).post(address(request, "check"), DECLARED | {"seen": ""})
    assert sent.url == address(request, "sent")
    request.refresh_from_db()
    assert (request.state, request.query, request.hold.ground) == (PROPOSED, "", "asylum")
    assert "With the IW Team" in main(page(cast.owner, address(request)))
    # Whoever is the second is shown what they changed and sent; overturned, it is to be decided.
    with pytest.raises(ChangedMeanwhile):
        desk_actions.overturn_not_agreed(request, seen=seen, by=cast.member, now=stories.LATER)
    assert overturned(request, by=cast.member).state == SUBMITTED
    # Proposed anew, nothing that was asked before comes back.
    proposed(request, by=cast.lead)
    assert "With the IW Team" in main(page(cast.owner, address(request)))
    assert replay()[0] == []


def page(person, url):
    client = Client()
    client.force_login(person)
    return client.get(url)


def test_a_manager_reads_who_sent_a_request_only_where_they_know_them():
    now = timezone.now()
    manager = a_practitioner(name="Morgan Manager")
    a_practitioner(service=manager.service, manager=manager)
    names = {"supporter": manager, "supporter_not_listed": False, "supported_on": now.date()}
    same = a_practitioner(service=manager.service, name="Of The Same Service")
    staff = a_practitioner(manager=a_practitioner(manager=manager), name="Staff Elsewhere")
    stranger = a_practitioner(name="A Stranger")
    sent = {one.name: a_request(one, now=now) for one in (same, staff, stranger)}
    phoned, denied = (a_phoned_request(same) for _ in range(2))
    gp = a_phoned_request(service=a_service())
    Request.objects.update(**names)  # also who may not name them any more
    actions.disown_phoned(Request.objects.get(pk=denied.pk), by=same, now=now)
    shown = page(manager, reverse("supporting"))
    assert {row[0].text: row[1] for row in shown.context["rows"]} == {
        sent["Of The Same Service"].reference: "Of The Same Service",
        sent["Staff Elsewhere"].reference: "Staff Elsewhere",
        sent["A Stranger"].reference: "Not shown: phone the IW Team",
        **{one.reference: "A caller, by phone" for one in (phoned, denied, gp)},
    }
    assert "A Stranger" not in shown.content.decode()


def test_a_manager_s_list_takes_as_many_queries_for_one_row_as_for_five():
    now = timezone.now()
    manager = a_practitioner()
    a_practitioner(service=manager.service, manager=manager)
    names = {"supporter": manager, "supporter_not_listed": False, "supported_on": now.date()}
    client = Client()
    client.force_login(manager)

    def asked():
        Request.objects.update(**names)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("supporting"))
        return len(queries)

    a_request(now=now)
    asked()
    of_one = asked()
    for _ in range(4):
        a_request(now=now)
    assert asked() == of_one


def why(request):
    facts = page(request.practitioner, address(request)).context["facts"]
    return [fact.value for fact in facts if fact.key == "Why it was not agreed"]


def test_a_practitioner_reads_the_reason_where_it_is_of_their_own_request_alone():
    read = {}
    for reason in NotAgreedReason.values:
        request = a_request(now=timezone.now())
        by, second, now = an_iw_member(), an_iw_member(), timezone.now()
        desk_actions.propose_not_agreed(
            request, reason=reason, seen=request.changed_at, by=by, now=now
        )
        request.refresh_from_db()
        # Nothing while it is proposed: it may be overturned.
        assert (request.state, why(request)) == (PROPOSED, [])
        desk_actions.confirm_not_agreed(
            request, no_duplicate=True, seen=request.changed_at, by=second, now=now
        )
        request.refresh_from_db()
        [read[reason]] = why(request)
    assert read == {
        "objection": "An objection in principle is not enough for a shield. If there is another "
        "reason, send a new request.",
        "well_known": "Being well known is not enough for a shield. If there is another reason, "
        "send a new request.",
        "not_involved": "You are not involved with the child. If you are, phone the IW Team.",
        # What is known of a record, and by whom, is not theirs: one sentence for both.
        "whereabouts": "Phone the IW Team: they tell you why.",
        "no_such_record": "Phone the IW Team: they tell you why.",
    }
