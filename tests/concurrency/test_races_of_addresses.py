"""An email address that is changed while its person sets a password, withdraws, or is suspended."""

import threading
import time
from functools import partial

import pytest
from allauth.account.utils import user_pk_to_url_str
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.accounts.corrections import actions as corrections
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Hold
from shielding.notices.password_links import PasswordLinks
from shielding.web.refusals import Refused
from tests.concurrency.support.crowd import a_crowd, how_many_wait
from tests.concurrency.support.races import counts
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import replay
from tests.support.shielded_records import GONE, shielded_for
from tests.support.threads import have_ended

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "a passphrase nobody has thought of"


def proposed(person: User, by: User) -> AddressChange:
    address = f"new.{person.email}"
    return corrections.propose_address(person, address, by=by, now=timezone.now())


def confirm(change: AddressChange, by: User) -> None:
    now = timezone.now()
    corrections.confirm_address(change, phoned=True, by=User.objects.get(pk=by.pk), now=now)


def test_a_link_that_was_looked_at_before_sets_no_password_after():
    """Its page looks at the link; then the address is changed; then the password would be set."""
    person, browser = a_practitioner(), Client()
    key = PasswordLinks().make_token(person)
    form = browser.get(f"/new-password/{user_pk_to_url_str(person)}/{key}/").url
    change = proposed(person, an_iw_member())
    answers = []

    def choose() -> None:
        answers.append(browser.post(form, {"password1": NEW, "password2": NEW}))
        connection.close()

    choosing = threading.Thread(target=choose, daemon=True)
    with transaction.atomic():
        confirm(change, an_iw_member())
        choosing.start()
        until = time.monotonic() + 20
        while not how_many_wait():
            assert time.monotonic() < until, "it waits for nobody"
            time.sleep(0.01)
    have_ended(choosing)
    assert "This link cannot be used" in answers[0].content.decode()
    person.refresh_from_db()
    assert not person.has_usable_password()  # neither the one of before nor by the link
    assert not Entry.objects.filter(event="password_set_by_link").exists()


@counts(4, 200)
def test_withdrawn_and_confirmed_at_once_it_has_one_end(times):
    first, second, third = an_iw_member(), an_iw_member(), an_iw_member()
    with a_crowd(3) as crowd:
        for _ in range(times):
            change = proposed(a_practitioner(), first)
            outcomes = crowd.at_once(
                partial(confirm, change, second),
                partial(confirm, change, third),
                partial(corrections.withdraw_address, change, by=first, now=timezone.now()),
            )
            assert sum(isinstance(one, Refused) for one in outcomes) == 2
            change.refresh_from_db()
            is_new = User.objects.get(pk=change.person_id).email == change.address
            assert is_new == (change.confirmed_at is not None)
    assert replay()[0] == []


@counts(4, 200)
def test_nobody_has_an_address_that_another_was_given_meanwhile(times):
    first, second, service = an_iw_member(), an_iw_member(), a_service()
    with a_crowd(3) as crowd:
        for turn in range(times):
            address = f"a.nn{turn}@council.example"
            changes = [
                corrections.propose_address(a_practitioner(), one, by=first, now=timezone.now())
                for one in (address, address.replace(".nn", "nn"))
            ]
            add = partial(
                directory.add_practitioner, name="N", email=address, service=service, by=first,
                now=timezone.now(),
            )  # fmt: skip
            crowd.at_once(*(partial(confirm, one, second) for one in changes), add)
            alike = User.objects.filter(email__regex=rf"^a\.?nn{turn}@")
            assert alike.count() == 1


@counts(4, 200)
def test_who_withdraws_a_request_at_once_did_it_before_or_not_at_all(times):
    first, second = an_iw_member(), an_iw_member()
    with a_crowd(2) as crowd:
        for _ in range(times):
            (hold,) = shielded_for(now=timezone.now())
            change = proposed(hold.source, first)
            source = User.objects.get(pk=hold.source_id)
            let_go = partial(letting_go.withdraw, hold, parting=GONE, by=source)
            gone, done = crowd.at_once(
                partial(let_go, now=timezone.now()), partial(confirm, change, second)
            )
            assert done is None
            stands = Hold.objects.get(pk=hold.pk).is_standing
            assert stands == isinstance(gone, Refused)
            if stands:
                with pytest.raises(Refused, match="readdressed"):
                    let_go(now=timezone.now())
    assert replay()[0] == []
