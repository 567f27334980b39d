"""A manager reads whose request names them; a practitioner reads why theirs was not agreed."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions
from requests_app.shield_request_codes import NotAgreedReason
from requests_app.states import PROPOSED
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.requests_app.support.posts import address
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db


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
