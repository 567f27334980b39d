"""A form that makes a person or a service, sent twice: one thing is made, and the page says so."""

import re
import threading

import pytest
from django.core.signing import Signer
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from shielding.accounts import actions
from shielding.accounts.models import RoleGrant, Service, User
from shielding.notices.models import Notice
from shielding.web.refusals import WrongState
from tests.requests_app.support.desk import main
from tests.shielding.accounts.support.people_pages import as_
from tests.support.entries import entries
from tests.support.people import a_service, an_administrator, an_iw_member
from tests.support.threads import run_together

pytestmark = pytest.mark.django_db
ADD, SERVICE, ACCOUNT = (reverse(n) for n in ("person_add", "service_add", "role_account"))


def born(client, page, name):
    """Return what the page's form brings along, as a browser sends it back."""
    found = re.search(rf'name="{name}" value="([^"]+)"', client.get(page).content.decode())
    return {name: found[1]}


def test_a_person_is_made_once_and_the_second_sending_says_so():
    client, service = as_(an_iw_member()), a_service()
    typed = {"name": "Ann Example", "email": "ann@council.example", "phone": "01632 960 001"}
    form = born(client, ADD, "uid") | {"service": service.code} | typed
    first, second = (client.post(ADD, form) for _ in range(2))
    person = User.objects.get(email="ann@council.example")
    page = reverse("person_manager", args=[person.uid])
    assert (first["Location"], second["Location"]) == (page, page)
    said = main(client.get(page))
    assert "Ann Example has an account and is sent an invitation." in said
    assert "this form was sent twice, and made one account" in said
    assert len(entries("person_added")) == len(entries("person_phone_set")) == 1
    assert Notice.objects.filter(kind="invitation").count() == 1
    # Put right and sent again, it would look as if it had been changed.
    for other in ({"name": "Anne Example"}, {"email": "anne@council.example"}, {"phone": ""}):
        answer = client.post(ADD, form | other)
        assert answer.status_code == 409
        assert "Ann Example has an account since. Nothing of what you sent now is saved" in main(
            answer
        )
    assert list(User.objects.filter(service=service)) == [person]


def test_a_colleague_makes_none_with_the_form_of_another():
    client, service = as_(an_iw_member()), a_service()
    form = born(client, ADD, "uid") | {"service": service.code}
    form |= {"name": "Ann Example", "email": "ann@council.example"}
    client.post(ADD, form)
    assert as_(an_iw_member()).post(ADD, form).status_code == 409


def test_what_a_form_was_born_with_is_its_own():
    client, service = as_(an_iw_member()), a_service()
    typed = {"name": "Ann Example", "email": "ann@council.example", "service": service.code}
    someone = str(an_iw_member().uid)
    for forged in (someone, Signer(salt="new service").sign(someone)):
        errors = client.post(ADD, typed | {"uid": forged}).context["form"].errors
        assert errors["uid"] == ["Open this page again: it is out of date"]
    # Opened before an upgrade it has none, and makes somebody as it did.
    assert client.post(ADD, typed).status_code == 302


def test_a_service_is_made_once_and_the_second_sending_says_so():
    client = as_(an_iw_member())
    form = born(client, SERVICE, "code") | {"name": "Housing"}
    for _ in range(2):
        assert client.post(SERVICE, form)["Location"] == reverse("services")
    service = Service.objects.get(name="Housing")
    said = main(client.get(reverse("services")))
    assert f"The service is added. Its code is {service.code}." in said
    assert f"added once: the form was sent twice. Its code is {service.code}." in said
    assert len(entries("service_added")) == 1
    assert client.post(SERVICE, form | {"name": "Housings"}).status_code == 409
    assert Service.objects.count() == 1


def test_an_account_is_proposed_once_and_the_second_sending_says_so():
    client = as_(an_administrator())
    form = born(client, ACCOUNT, "uid") | {"name": "New Lead", "email": "new@council.example"}
    for _ in range(2):
        answer = client.post(ACCOUNT, form | {"kind": "iw_lead"})
    assert "The account is proposed once: the form was sent twice." in main(
        client.get(answer["Location"])
    )
    assert RoleGrant.objects.count() == 1
    for kind in ("iw", "auditor"):
        assert client.post(ACCOUNT, form | {"kind": kind}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_sendings_at_once_one_makes_it_and_the_other_finds_it():
    member, school = an_iw_member(), a_service()
    for number in range(5):
        person, code = User(), Service().code
        email = f"n{number}@council.example"
        made, start = [], threading.Barrier(4)

        def person_of(uid=person.uid, made=made, start=start, email=email):
            start.wait()
            typed = {"name": "N", "email": email, "service": school, "uid": uid}
            made.append(actions.add_practitioner(**typed, by=member, now=timezone.now()).pk)
            connection.close()

        def service_of(code=code, made=made, start=start, number=number):
            start.wait()
            now = timezone.now()
            made.append(actions.add_service(f"S{number}", code=code, by=member, now=now).code)
            connection.close()

        run_together(*(threading.Thread(target=one) for one in (person_of, service_of) * 2))
        assert len(made) == 4
        assert set(made) == {User.objects.get(uid=person.uid).pk, code}
    assert (len(entries("person_added")), len(entries("service_added"))) == (5, 5)


def test_a_service_sent_with_another_name_is_no_second():
    member, now = an_iw_member(), timezone.now()
    actions.add_service("Housing", code="SV-AAAAAA", by=member, now=now)
    with pytest.raises(WrongState, match="form_sent"):
        actions.add_service("House", code="SV-AAAAAA", by=member, now=now)
