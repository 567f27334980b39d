"""Accents, capitals, apostrophes and letters of other languages put nobody at the end of a list."""

import pytest
from django.db import connection
from django.utils import timezone

from logbook.pages import people_to_choose
from requests_app.desk.presenters import who_may_be_second
from shielding.accounts.models import Service, User
from shielding.accounts.second_person import seconds_after
from shielding.unshield import policies as unshield_policies
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import a_request

pytestmark = pytest.mark.django_db

IN_ORDER = [
    "adam West",
    "Ælfric Stone",
    "Élise Martin",
    "elise Norton",
    "Łucja Nowak",
    "Mary O’Brien",
    "Mary Obrist",
    "Müller Anna",
    "Ørsted Hans",
    "Zoë Young",
    "Zoe Zander",
]


def test_people_and_services_are_listed_as_people_sort():
    service = a_service("école")
    for name in reversed(IN_ORDER):
        a_practitioner(service=service, name=name)
    assert list(User.objects.values_list("name", flat=True)) == IN_ORDER
    a_service("Zoo")
    a_service("Fire")
    assert [one.name for one in Service.objects.as_listed()] == ["école", "Fire", "Zoo"]


def test_a_name_changed_behind_the_acts_is_sorted_anew():
    person = a_practitioner(name="Zoë")
    User.objects.filter(pk=person.pk).update(name="Ángel")
    assert User.objects.get(pk=person.pk).sort_name == "angel"


def test_the_version_that_still_runs_adds_a_service_without_knowing_the_column():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_service (code, name, created_at)"
            " VALUES ('SV-7KQ4M2', 'Éire House', now())"
        )
    assert Service.objects.get(code="SV-7KQ4M2").sort_name == "eire house"


def test_lists_of_members_are_sorted_so_too():
    names = ["ada", "Élise", "Fay", "Zed"]
    lead = an_iw_member(name="zz", lead=True)
    members = [an_iw_member(name=name) for name in reversed(names)]
    now = timezone.now()
    asked = a_request(now=now)
    assert [name for name in who_may_be_second(asked, now) if name != "zz"] == names
    after = seconds_after(lead.pk, at=now, now=now)
    assert [one.name for one in after if one in members] == names
    able = unshield_policies.seconds(asked.record, now, beginner=lead)
    assert [one.name for one in able if one in members] == names
    offered = [label.split(",")[0] for _, label in people_to_choose.choices("", emails=False)]
    assert [name for name in offered if name in names] == names
