"""Two members who say at the same moment that they phoned: one did, the other is refused."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection

from logbook.models import Entry
from shielding.accounts import actions as directory
from shielding.accounts import suspending
from shielding.accounts.history import AccountChange
from shielding.holds import letting_go
from shielding.web.refusals import Refused
from tests.support.people import a_service, an_administrator, an_iw_member
from tests.support.requests import NOW
from tests.support.shielded_records import let_go, shielded_for
from tests.support.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 5


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do these at the same moment and return what came of each: "done", or the refusal's code."""
    start, outcomes = threading.Barrier(len(acts)), []

    def do(act: Callable[[], Any]) -> None:
        try:
            start.wait()
            act()
            outcomes.append("done")
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[act]) for act in acts]
    run_together(*threads)
    return sorted(outcomes)


def test_a_word_is_attested_once():
    two, administrator = (an_iw_member(), an_iw_member()), an_administrator()
    for turn in range(TIMES):
        hold = let_go(shielded_for()[0])
        suspending.suspend(hold.source, by=administrator, now=NOW + timedelta(minutes=5))
        attest = partial(letting_go.attest_word, hold, phoned=True, now=NOW)
        outcomes = at_once(*(partial(attest, by=member) for member in two))
        assert outcomes == ["done", "not_to_attest"]
        assert Entry.objects.filter(event="word_attested").count() == turn + 1


def test_a_new_account_is_vouched_for_once():
    maker, two, service = an_iw_member(), (an_iw_member(), an_iw_member()), a_service()
    for turn in range(TIMES):
        made = directory.add_practitioner(
            name="New Comer", email=f"new{turn}@council.example", service=service, by=maker, now=NOW
        )
        vouch = partial(directory.vouch, made, phoned=True, now=NOW)
        assert at_once(*(partial(vouch, by=one) for one in two)) == ["done", "vouched"]
        assert AccountChange.objects.filter(change="vouched").count() == turn + 1
