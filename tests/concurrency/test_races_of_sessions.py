"""Signing in, raced against what ends every session of the account."""

from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.accounts.sessions.models import SignedIn
from tests.concurrency.support.crowd import a_crowd
from tests.concurrency.support.races import counts
from tests.support.people import PASSWORD, a_practitioner, an_administrator

pytestmark = pytest.mark.django_db(transaction=True)


def _sign_in(client: Client, email: str) -> None:
    client.post("/sign-in/", {"login": email, "password": PASSWORD})


@counts(4, 200)
def test_nobody_who_signs_in_beside_a_suspension_is_in_once_they_are_let_in_again(times):
    member = an_administrator()
    with a_crowd(2) as crowd:
        for _ in range(times):
            person, client = a_practitioner(), Client()
            same = User.objects.get(pk=person.pk)
            stop = partial(suspending.suspend, same, by=member, now=timezone.now())
            crowd.at_once(partial(_sign_in, client, person.email), stop)
            suspending.reactivate(same, by=member, now=timezone.now())
            assert client.get("/your-account/").status_code == 302
            assert not SignedIn.objects.not_ended().exists()
