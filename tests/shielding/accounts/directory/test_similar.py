"""A name like one that is there already is shown before a second is made."""

import re

import pytest
from django.urls import reverse

from shielding.accounts.models import Service, User
from tests.shielding.accounts.support.people_pages import as_
from tests.support.entries import entries
from tests.support.people import a_practitioner, a_service, an_administrator, an_iw_member

pytestmark = pytest.mark.django_db
ADD, SERVICE, ACCOUNT = (reverse(n) for n in ("person_add", "service_add", "role_account"))


def help_of(answer):
    return answer.context["form"].fields["another"].help_text


def tick(answer):
    """Return the box as a browser sends it, ticked under the names that were shown."""
    (value,) = re.findall(r'name="another" value="([0-9a-f]{64})"', answer.content.decode())
    return {"another": value}


def test_a_person_of_a_similar_name_is_made_once_the_box_is_ticked():
    there = a_practitioner(name="Anne-Marie O’Neil")
    client, email = as_(an_iw_member()), "second@council.example"
    answers = {"email": email, "service": there.service.code}
    for name in ("ANNE MARIE ONEIL", "Änne Marie O'Neíl", "Annemarie O’Neil"):
        shown = client.post(ADD, answers | {"name": name})
        assert shown.context["form"].errors.keys() == {"another"}, name
        assert help_of(shown) == f"There already: {there.name}, {there.service.name}, {there.email}"
    assert not User.objects.filter(email=email).exists()
    assert entries("person_added") == []
    added = client.post(ADD, answers | {"name": "Annemarie O’Neil"} | tick(shown))
    person = User.objects.get(email=email)
    assert added["Location"] == reverse("person_manager", args=[person.uid])
    assert len(entries("person_added")) == 1


def test_nobody_is_asked_where_no_name_is_like_it():
    there = a_practitioner(name="Ann Example")
    client = as_(an_iw_member())
    assert "another" not in client.get(ADD).context["form"].fields
    for number, name in enumerate(("Anna Example", "Ann Examples", "Иван", "Пётр")):
        answers = {"name": name, "email": f"n{number}@council.example"}
        made = client.post(ADD, answers | {"service": there.service.code})
        assert made.status_code == 302, name
    # A name that cannot be read is asked for again, and nothing else.
    assert client.post(ADD, {"name": ""}).context["form"].errors.keys() == {
        "name", "email", "service",
    }  # fmt: skip


def test_a_similar_service_is_shown_closed_ones_too():
    a_service("St. Anne’s School")
    client, shut = as_(an_iw_member()), a_service("St Annes' School")
    Service.objects.filter(pk=shut.pk).update(
        closed_at="2026-03-02T09:00Z", closed_by=an_iw_member()
    )
    shown = client.post(SERVICE, {"name": "St Anne's school"})
    words = "There already: St Annes' School (closed); St. Anne’s School"
    assert sorted(help_of(shown).removeprefix("There already: ").split("; ")) == sorted(
        words.removeprefix("There already: ").split("; ")
    )
    assert Service.objects.count() == 2
    added = client.post(SERVICE, {"name": "St Anne's school"} | tick(shown))
    assert added["Location"] == reverse("services")


def test_an_administrator_reads_no_name_of_a_service():
    there = a_practitioner(name="Ann Example")
    answers = {"name": "ann example", "email": "x@council.example", "kind": "auditor"}
    shown = as_(an_administrator()).post(ACCOUNT, answers)
    assert help_of(shown) == f"There already: Ann Example, {there.email}"
    assert there.service.name not in shown.content.decode()


def test_a_tick_counts_for_the_names_beside_it_alone():
    there = a_practitioner(name="Ann Lee")
    a_practitioner(name="Jo Day")
    client = as_(an_iw_member())
    answers = {"email": "third@council.example", "service": there.service.code}
    shown = client.post(ADD, answers | {"name": "Ann Lee"})
    other = client.post(ADD, answers | {"name": "Jo Day"} | tick(shown))
    assert "Jo Day" in help_of(other)
    assert not re.search(r'name="another"[^>]*checked', other.content.decode())
    assert client.post(ADD, answers | {"name": "Jo Day", "another": "on"}).status_code == 200
    # Somebody else of this name came meanwhile: the list is another.
    a_practitioner(name="ann lee")
    assert client.post(ADD, answers | {"name": "Ann Lee"} | tick(shown)).status_code == 200
    assert client.post(ADD, answers | {"name": "Jo Day"} | tick(other)).status_code == 302


def test_who_is_renamed_is_compared_with_everybody_else():
    there, person = a_practitioner(name="Jo Day"), a_practitioner(name="Joe Day")
    url = reverse("person_name", args=[person.uid])
    client = as_(an_iw_member())
    shown = client.post(url, {"name": "Jo-Day"})
    assert help_of(shown) == f"There already: Jo Day, {there.service.name}, {there.email}"
    assert entries("person_renamed") == []
    by = as_(an_administrator()).post(url, {"name": "Jo-Day"})
    assert help_of(by) == f"There already: Jo Day, {there.email}"
    assert client.post(url, {"name": "Jo-Day"} | tick(shown)).status_code == 302
    # Their own name put otherwise is nobody else's, nor is the one they have.
    assert client.post(url, {"name": "Jo-Day"}).status_code == 302
    person.refresh_from_db()
    User.objects.filter(pk=there.pk).update(name="Somebody Else")
    assert client.post(url, {"name": "JO DAY"}).status_code == 302
