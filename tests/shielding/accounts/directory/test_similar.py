"""A name like one that is there already is shown before a second is made."""

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
    added = client.post(ADD, answers | {"name": "Annemarie O’Neil", "another": "on"})
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
    added = client.post(SERVICE, {"name": "St Anne's school", "another": "on"})
    assert added["Location"] == reverse("services")


def test_an_administrator_reads_no_name_of_a_service():
    there = a_practitioner(name="Ann Example")
    answers = {"name": "ann example", "email": "x@council.example", "kind": "auditor"}
    shown = as_(an_administrator()).post(ACCOUNT, answers)
    assert help_of(shown) == f"There already: Ann Example, {there.email}"
    assert there.service.name not in shown.content.decode()
