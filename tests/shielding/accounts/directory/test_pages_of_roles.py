"""Roles proposed by one and confirmed or refused by another, on the pages."""

import pytest
from django.urls import reverse

from shielding.accounts.models import User
from shielding.roles import Role
from tests.shielding.accounts.support.people_pages import as_
from tests.support.people import (
    a_practitioner,
    an_administrator,
    an_auditor,
    an_iw_member,
    moved_on,
)

pytestmark = pytest.mark.django_db
GRANT_ACTS = ("confirm", "refuse")


def test_an_administrator_is_led_to_proposing_roles_outside_the_services_only():
    client = as_(an_administrator())
    for person, offered in (
        (an_auditor(), True),
        (an_iw_member(), True),
        (a_practitioner(), False),
    ):
        page = client.get(reverse("person", args=[person.uid])).content.decode()
        assert (reverse("role_propose", args=[person.uid]) in page) is offered


def test_a_role_goes_from_proposal_to_confirmation():
    administrator, lead = an_administrator(), an_iw_member(lead=True)
    answers = {"name": "New Colleague", "email": "new@council.example", "kind": "iw_lead"}
    assert as_(administrator).post(reverse("role_account"), answers)["Location"] == reverse("roles")
    person = User.objects.get(email="new@council.example")
    grant = person.grants.get()
    followed = as_(administrator).get(reverse("roles")).content.decode()
    assert "New Colleague" in followed
    assert "Confirm<" not in followed
    deciding = as_(lead)
    page = deciding.get(reverse("roles")).content.decode()
    confirm = reverse("role_confirm", args=[grant.reference])
    assert confirm in page
    assert deciding.post(confirm)["Location"] == reverse("roles")
    person.refresh_from_db()
    assert (person.role, person.is_lead, person.is_active) == ("iw", True, True)
    assert f"Confirmed by {lead.name}" in deciding.get(reverse("roles")).content.decode()
    assert deciding.post(confirm).status_code == 409


def test_another_role_is_proposed_and_refused():
    administrator, lead, person = an_administrator(), an_iw_member(lead=True), an_iw_member()
    client = as_(administrator)
    url = reverse("role_propose", args=[person.uid])
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "auditor"})["Location"] == reverse("roles")
    assert client.post(url, {"kind": "auditor"}).status_code == 409
    grant = person.grants.get()
    as_(lead).post(reverse("role_refuse", args=[grant.reference]))
    page = client.get(reverse("roles")).content.decode()
    assert f"Refused by {lead.name}" in page
    person.refresh_from_db()
    assert person.role == Role.IW


@pytest.mark.parametrize("left", ["suspended", "another role"])
def test_a_role_proposed_by_somebody_who_no_longer_administers_is_only_refused(left):
    administrator, lead, person = an_administrator(), an_iw_member(lead=True), an_auditor()
    as_(administrator).post(reverse("role_propose", args=[person.uid]), {"kind": "administrator"})
    grant = person.grants.get()
    if left == "suspended":
        User.objects.filter(pk=administrator.pk).update(is_active=False)
    else:
        moved_on(administrator, Role.AUDITOR)
    deciding = as_(lead)
    page = deciding.get(reverse("roles")).content.decode()
    confirm, refuse = (reverse(f"role_{act}", args=[grant.reference]) for act in GRANT_ACTS)
    assert "Whoever proposed this has stopped being an administrator since" in page
    assert (confirm in page, refuse in page) == (False, True)
    refused = deciding.post(confirm)
    assert refused.status_code == 409
    assert "Whoever proposed this has stopped being an administrator" in refused.content.decode()
    person.refresh_from_db()
    assert (person.role, person.grants.get().is_open) == ("auditor", True)
    deciding.post(refuse)
    assert not person.grants.get().is_open
