"""What a thief opened, added or half began before is worth nothing after what ends it."""

import pytest
from django.test import Client
from django.utils import timezone

from logbook.days import real_now
from shielding.accounts.corrections import actions as corrections
from shielding.accounts.models import User
from shielding.accounts.second_factor import factors
from shielding.accounts.sessions import actions as sessions
from shielding.accounts.sessions.models import NotMe
from shielding.notices.models import Notice
from tests.shielding.accounts.second_factor.support.factors import an_app, recovery_codes
from tests.shielding.accounts.second_factor.support.signing_in import (
    at,
    give_code,
    is_in,
    mailed_link,
    set_up_app,
    with_password,
)
from tests.support.people import an_iw_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(person):
    recovery_codes(person)
    return an_app(person)[1]


def test_another_address_ends_app_and_codes(person, secret):
    proposer, confirmer, now = an_iw_member(), an_iw_member(), timezone.now()
    change = corrections.propose_address(person, "new@council.example", by=proposer, now=now)
    assert factors.has_factor(person)
    corrections.confirm_address(change, phoned=True, by=confirmer, now=now)
    assert (factors.has_factor(person), factors.codes_left(person)) == (False, 0)


def test_a_link_that_was_opened_ends_with_what_ends_links(person):
    """A thief who reads the mailbox opens it before its owner is heard, and gives the password
    after the account was suspended and let in again.
    """
    with_password(person)
    thief = Client()
    assert thief.post(mailed_link()).url == "/sign-in/"
    User.objects.filter(pk=person.pk).update(sessions_from=real_now())
    with_password(person, thief)
    assert "Look at your email" in thief.get(at("factor_begin")).content.decode()
    assert thief.get(at("factor_app")).url == at("factor_begin")


def test_after_this_was_not_me_nothing_of_before_opens_and_nobody_sets_up_before_the_call(
    person, secret
):
    """A thief's key does not stay, and the password alone, or a mailbox, makes no other."""
    client, _ = with_password(person)
    give_code(client, secret)
    sessions.say_not_me(by=person, now=timezone.now())
    assert not factors.has_factor(person)
    assert factors.codes_left(person) == 0
    assert not is_in(client)
    thief, answer = with_password(person)
    assert answer.url == at("factor_begin")
    assert "phones you first" in thief.get(at("factor_begin")).content.decode()
    assert thief.get(at("factor_app")).url == at("factor_begin")
    assert not Notice.objects.filter(kind="factor_link").exists()
    said, now = NotMe.objects.get(), timezone.now()
    sessions.settle_not_me(said, phoned=True, found="themselves", by=an_iw_member(), now=now)
    owner, _ = with_password(person)
    # That the password must be changed makes it no one-time password of the server.
    assert "Look at your email" in owner.get(at("factor_begin")).content.decode()
    assert owner.post(mailed_link()).url == at("factor_begin")
    set_up_app(owner)


def test_a_browser_is_known_once_both_were_given(person, secret):
    client, _ = with_password(person)
    client.get(at("second_factor"))
    assert "__Host-known" not in client.cookies
    give_code(client, secret)
    assert "__Host-known" in client.cookies
