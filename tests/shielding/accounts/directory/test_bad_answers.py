"""Bad answers on the pages about people end beside their fields."""

import pytest
from django.urls import reverse
from django.utils import timezone

from shielding.accounts.models import RoleGrant, Service
from tests.shielding.accounts.support.people_pages import as_
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member

pytestmark = pytest.mark.django_db

# Characters that no field takes, what is too long for all, and what is no text at all.
BAD_TEXT = ["", "   ", "x" * 300, "a\x00b", "a\u202eb", "a\u200bb", "a\nb"]


@pytest.mark.parametrize("text", BAD_TEXT)
def test_bad_names_end_beside_the_field(text):
    person, client = a_practitioner(name="Before"), as_(an_iw_member())
    for url in (
        reverse("person_name", args=[person.uid]),
        reverse("service_add"),
        reverse("person_add"),
    ):
        answer = client.post(url, {"name": text})
        assert answer.status_code == 200
        assert answer.context["form"].errors["name"]
        assert "Error: " in answer.content.decode()
    person.refresh_from_db()
    assert person.name == "Before"
    assert Service.objects.count() == 1


@pytest.mark.parametrize("text", [*BAD_TEXT, "no address", "a@b", "x" * 250 + "@council.example"])
def test_bad_addresses_end_beside_the_field(text):
    service = a_service()
    answers = {"name": "N", "email": text, "service": service.code}
    answer = as_(an_iw_member()).post(reverse("person_add"), answers)
    assert list(answer.context["form"].errors) == ["email"]
    answers = {"name": "N", "email": text, "kind": "iw"}
    answer = as_(an_administrator()).post(reverse("role_account"), answers)
    assert list(answer.context["form"].errors) == ["email"]


@pytest.mark.parametrize("value", ["", "SV-ZZZZ", "1", "a\x00b", "\u202e", "x" * 300])
def test_bad_services_end_beside_the_field(value):
    closed = a_service(closed_at=timezone.now(), closed_by=an_iw_member())
    for code in (value, closed.code):
        answers = {"name": "N", "email": "n@council.example", "service": code}
        answer = as_(an_iw_member()).post(reverse("person_add"), answers)
        assert list(answer.context["form"].errors) == ["service"]


def test_taken_names_and_addresses_end_beside_the_field():
    person = a_practitioner(email="taken@council.example")
    client = as_(an_iw_member())
    answer = client.post(reverse("service_add"), {"name": person.service.name.upper()})
    assert answer.context["form"].errors["name"] == ["There is a service of this name already"]
    answers = {"name": "N", "email": "TAKEN@council.example", "service": person.service.code}
    errors = client.post(reverse("person_add"), answers).context["form"].errors
    assert errors["email"] == ["There is an account with this email address already"]


@pytest.mark.parametrize(
    "value", ["1", "a\x00b", "x" * 300, "0b1e6d54-6d0f-4d51-8a73-1f6f3d1d1c11", "[]"]
)
def test_a_strangers_id_is_nobodys_manager(value):
    person, client = a_practitioner(), as_(an_iw_member())
    url = reverse("person_manager", args=[person.uid])
    stranger = a_practitioner()
    for manager in (value, person.uid, stranger.uid):
        answer = client.post(url, {"manager": manager})
        assert answer.context["form"].errors["manager"] == ["Select one of the people shown"]


@pytest.mark.parametrize("kind", ["", "practitioner", "king", "a\x00b", "\u202e", "x" * 300])
def test_bad_roles_end_beside_the_field(kind):
    person, client = an_iw_member(), as_(an_administrator())
    url = reverse("role_propose", args=[person.uid])
    assert list(client.post(url, {"kind": kind}).context["form"].errors) == ["kind"]
    answers = {"name": "N", "email": "n@council.example", "kind": kind}
    errors = client.post(reverse("role_account"), answers).context["form"].errors
    assert list(errors) == ["kind"]
    assert not RoleGrant.objects.exists()
