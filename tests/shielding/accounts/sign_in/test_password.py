"""Changing the password."""

import pytest
from django.test import Client

from shielding.accounts.models import User
from shielding.accounts.sign_in.adapter import ClosedDoor
from tests.shielding.accounts.sign_in.support.sign_in import is_signed_in, sign_in
from tests.support.entries import entries
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another long passphrase of mine"


def change(client, old=PASSWORD, new=NEW, again=None):
    answers = {"oldpassword": old, "password1": new, "password2": again or new}
    return client.post("/password/", answers)


def test_a_changed_password_ends_every_other_session(client, person):
    elsewhere = Client()
    sign_in(client), sign_in(elsewhere)
    assert change(client)["Location"] == "/your-account/"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert entries("password_changed") == [("password_changed", str(person.uid), {})]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"old": "wrong"}, "Enter your current password"),
        ({"old": ""}, "Enter your current password"),
        ({"new": "too short"}, "at least 15 characters"),
        ({"new": "yfdbufnjh10305070"}, "too common"),
        ({"new": "ann@council.example"}, "too similar"),
        ({"new": PASSWORD}, "a password that you do not have already"),
        ({"again": "something else again"}, "same password each time"),
        ({"new": "\x00" * 20}, "Null characters"),
    ],
)
def test_a_password_that_is_not_changed(client, person, answers, message):
    sign_in(client)
    answer = change(client, **answers)
    assert answer.status_code == 200
    assert message in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert entries("password_changed") == []


def test_a_password_somebody_else_saw_is_changed_first(client, person):
    User.objects.update(must_change_password=True)
    sign_in(client)
    for page in ("/your-account/", "/", "/people/"):
        assert client.get(page)["Location"] == "/password/"
    # Who takes long to choose one stays signed in: the page would be left, and what was typed lost.
    assert client.post("/session/extend/").status_code == 204
    assert "Somebody else has seen" in client.get("/password/").content.decode()
    change(client)
    assert is_signed_in(client)


def test_changing_a_password_does_not_undo_a_suspension(client, person):
    sign_in(client)
    adapter = ClosedDoor()
    User.objects.update(is_active=False)
    adapter.set_password(person, NEW)
    person.refresh_from_db()
    assert not person.is_active
