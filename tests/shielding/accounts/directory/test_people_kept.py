"""Practitioners, line managers and services, kept on the pages."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from shielding.accounts.models import Service, User
from tests.shielding.accounts.support.people_pages import as_
from tests.support.entries import entries
from tests.support.people import a_practitioner, an_administrator, an_auditor, an_iw_member

pytestmark = pytest.mark.django_db


def test_a_practitioner_is_added_and_given_a_line_manager():
    iw, manager = an_iw_member(), a_practitioner(name="Mary Manager")
    client = as_(iw)
    answers = {
        "name": "Ann Example",
        "email": "Ann.Example@Council.example",
        "service": manager.service.code,
    }
    answer = client.post(reverse("person_add"), answers)
    person = User.objects.get(email="ann.example@council.example")
    assert answer["Location"] == reverse("person_manager", args=[person.uid])
    page = client.get(answer["Location"]).content.decode()
    assert "Mary Manager" in page
    answer = client.post(answer["Location"], {"manager": manager.uid})
    assert answer["Location"] == reverse("person", args=[person.uid])
    person.refresh_from_db()
    assert person.line_manager == manager
    page = client.get(answer["Location"]).content.decode()
    assert "Ann Example" in page
    assert manager.service.name in page
    assert [event for event, _, _ in entries()][1:] == [
        "person_added",
        "line_manager_set",
        "directory_opened",
    ]


def test_a_shared_looking_address_is_warned_about():
    shared, own = a_practitioner(email="office@council.example"), a_practitioner()
    client = as_(an_iw_member())
    warning = "several people read"
    assert warning in client.get(reverse("person", args=[shared.uid])).content.decode()
    assert warning not in client.get(reverse("person", args=[own.uid])).content.decode()


def test_nobody_can_be_the_answer():
    manager = a_practitioner()
    person = a_practitioner(service=manager.service, manager=manager)
    as_(an_iw_member()).post(reverse("person_manager", args=[person.uid]), {"manager": "nobody"})
    person.refresh_from_db()
    assert person.line_manager is None


def test_suspending_and_reactivating_on_the_page():
    person, client = a_practitioner(), as_(an_iw_member())
    page = reverse("person", args=[person.uid])
    assert "Suspend this account" in client.get(page).content.decode()
    assert client.post(reverse("person_suspend", args=[person.uid]))["Location"] == page
    assert "sign in again" in client.get(page).content.decode()
    assert client.post(reverse("person_suspend", args=[person.uid])).status_code == 409
    assert client.post(reverse("person_reactivate", args=[person.uid]))["Location"] == page
    person.refresh_from_db()
    assert person.is_active


def test_a_name_is_corrected_on_the_page():
    person, client = a_practitioner(name="Ann Exmple"), as_(an_administrator())
    url = reverse("person_name", args=[person.uid])
    assert "Ann Exmple" in client.get(url).content.decode()
    answer = client.post(url, {"name": " Ann  Example "})
    assert answer["Location"] == reverse("person", args=[person.uid])
    person.refresh_from_db()
    assert person.name == "Ann  Example"


def test_a_suspended_person_shows_since_when():
    by = an_administrator()
    gone = an_auditor(
        is_active=False, suspended_at=datetime(2026, 3, 2, 9, tzinfo=UTC), suspended_by=by
    )
    page = as_(by).get(reverse("person", args=[gone.uid])).content.decode()
    assert "2 March 2026, 9:00am" in page


def test_a_service_with_people_cannot_be_closed():
    person, client = a_practitioner(), as_(an_iw_member())
    url = reverse("service_close", args=[person.service.code])
    page = client.get(url).content.decode()
    assert "1 person still works" in page
    assert "Close the service" not in page
    assert client.post(url).status_code == 409


def test_services_are_added_and_closed_on_the_pages():
    client = as_(an_iw_member())
    assert client.post(reverse("service_add"), {"name": "Housing"})["Location"] == reverse(
        "services"
    )
    service = Service.objects.get(name="Housing")
    assert service.code in client.get(reverse("services")).content.decode()
    closed = client.post(reverse("service_close", args=[service.code]))
    assert closed["Location"] == reverse("service", args=[service.code])
    assert "Closed" in client.get(reverse("services")).content.decode()
