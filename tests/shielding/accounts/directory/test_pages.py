"""Who opens which page about people, and what everybody else is answered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from shielding.web.access import for_roles
from shielding.web.refusals import NotAllowed
from tests.shielding.accounts.support.people_pages import ROLES, TABLE, address, as_
from tests.support.entries import entries
from tests.support.people import (
    a_practitioner,
    a_service,
    an_administrator,
    an_auditor,
    an_iw_member,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("name", "allowed", "get", "post"), TABLE)
def test_roles_and_pages(name, allowed, get, post, role):
    client, url = as_(ROLES[role]()), address(name)
    expected = (get, post) if role in allowed else (403, 403)
    assert (client.get(url).status_code, client.post(url).status_code) == expected


def test_being_refused_a_page_is_an_entry():
    person = a_practitioner()
    assert as_(person).get(reverse("people")).status_code == 403
    facts = {"action": "people", "why": "other_role"}
    assert entries("refused") == [("refused", str(person.uid), facts)]


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        *[
            (name, uuid4())
            for name in ("person_manager", "person_name", "person_suspend", "person_reactivate")
        ],
        ("service_close", "SV-ZZZZ"),
    ],
)
def test_what_is_not_there_is_a_404(name, argument):
    client = as_(an_iw_member())
    url = reverse(name, args=[argument])
    assert client.post(url).status_code == 404
    assert client.get(reverse("person", args=[uuid4()])).status_code == 404


def test_pages_for_what_may_not_be_done_are_refused():
    """Whoever types the address of a page that no button leads to gets the action's answer."""
    iw, administrator = an_iw_member(), an_administrator()
    for by, name, person in (
        (iw, "person_manager", an_auditor()),
        (iw, "person_manager", iw),
        (iw, "person_name", an_iw_member()),
        (iw, "person_name", iw),
        (administrator, "person_name", administrator),
        (administrator, "role_propose", administrator),
        (administrator, "role_propose", a_practitioner()),
    ):
        url = reverse(name, args=[person.uid])
        client = as_(by)
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)


def test_absent_roles_are_a_404():
    lead, administrator = as_(an_iw_member(lead=True)), as_(an_administrator())
    for name in ("role_confirm", "role_refuse"):
        assert lead.post(reverse(name, args=["IW-ZZZZ-ZZZZ"])).status_code == 404
    assert administrator.get(reverse("role_propose", args=[uuid4()])).status_code == 404


def test_service_names_are_for_the_iw_team_only():
    service = a_service("St Anne’s School")
    person = a_practitioner(service=service)
    for reader, sees in ((an_iw_member(), True), (an_administrator(), False)):
        client = as_(reader)
        pages = [reverse("person", args=[person.uid]), reverse("people")]
        pages.append(f"{reverse('people')}?service={service.code}")
        for url in pages:
            page = client.get(url).content.decode()
            assert (service.name in page) is sees
            assert service.code in page
    own = as_(person).get(reverse("your_account")).content.decode()
    assert f"{service.code} (the code for your service; the IW Team can tell" in own
    assert service.name not in own


def test_a_view_may_be_for_line_managers_whatever_their_role():
    @for_roles(managers=True)
    def team(request):
        return HttpResponse("team")

    manager = a_practitioner()
    staff = a_practitioner(service=manager.service, manager=manager)
    request = RequestFactory().get("/")
    request.user = manager
    assert team(request).content == b"team"
    request.user = staff
    with pytest.raises(NotAllowed):
        team(request)


def test_an_iw_member_gets_no_button_for_colleagues():
    colleague = an_iw_member()
    page = as_(an_iw_member()).get(reverse("person", args=[colleague.uid])).content.decode()
    assert "Suspend" not in page
    assert reverse("person_name", args=[colleague.uid]) not in page


@pytest.mark.parametrize("name", ["role_account", "role_propose", "role_confirm", "role_refuse"])
def test_roles_are_handed_out_with_a_fresh_password_only(name):
    person = an_iw_member(lead=True) if name in ("role_confirm", "role_refuse") else None
    client = as_(person or an_administrator())
    session = client.session
    session["fresh_at"] -= int(timedelta(minutes=5).total_seconds()) + 1
    session.save()
    url = address(name)
    back = reverse("roles") if person else url
    answer = client.post(url)
    assert answer.status_code == 302
    assert answer["Location"] == f"/confirm-it-is-you/?next={back.replace('/', '%2F')}"
