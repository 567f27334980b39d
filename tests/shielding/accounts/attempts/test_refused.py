"""Refused tries: counted by the hour, told once the hour is over, cleared only afterwards."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shielding.accounts.attempts import refused
from shielding.accounts.attempts.budget import Kind, take
from shielding.accounts.attempts.models import Budget, RefusedTries
from tests.support.entries import entries

AT = datetime(2026, 11, 30, 9, 20, tzinfo=UTC)
OVER = datetime(2026, 11, 30, 10, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


def round_at(real, now=None):
    refused.keep_house(now or real, real)


def told():
    return entries("sign_ins_refused")


def test_one_entry_an_account_a_network_and_an_hour_when_it_is_over():
    ann, bob = uuid4(), uuid4()
    for account, network, at in (
        *[(ann, "192.0.2.1", AT)] * 3,
        (ann, "192.0.2.2", AT),
        (bob, "192.0.2.1", AT),
        *[(None, "192.0.2.1", AT)] * 2,
        (ann, "192.0.2.1", AT + HOUR),
    ):
        refused.count(account, network, at)
    round_at(OVER - timedelta(seconds=1))
    assert told() == []
    round_at(OVER)
    round_at(OVER)
    facts = [facts for _, _, facts in told()]
    assert [(one["account"], one["tries"]) for one in facts] == [
        (str(ann), 3),
        (str(ann), 1),
        (str(bob), 1),
        ("unknown", 2),
    ]
    assert {one["hour"] for one in facts} == {"2026-11-30T09:00:00+00:00"}
    assert facts[0]["network"] == facts[2]["network"] != facts[1]["network"]
    assert "192" not in facts[0]["network"] or len(facts[0]["network"]) == 12
    round_at(OVER + HOUR)
    assert len(told()) == 5


def test_what_was_not_told_is_never_cleared():
    refused.count(None, "192.0.2.1", AT)
    refused.clear(AT + 365 * DAY)
    assert RefusedTries.objects.count() == 1
    round_at(OVER)
    refused.clear(OVER + 7 * DAY)
    assert RefusedTries.objects.count() == 1
    refused.clear(OVER + 7 * DAY + HOUR)
    assert RefusedTries.objects.count() == 0
    assert len(told()) == 1


def test_a_count_is_cleared_after_a_day_of_nothing_and_not_sooner():
    take(Kind.PAIR, "ann", now=AT)
    take(Kind.PAIR, "bob", now=AT + HOUR)
    round_at(AT + DAY)
    assert Budget.objects.count() == 2
    round_at(AT + DAY + timedelta(seconds=1))
    assert Budget.objects.count() == 1
    round_at(AT + DAY + 2 * HOUR)
    assert Budget.objects.count() == 0


def test_the_hour_is_the_machines_and_the_entry_says_the_clocks():
    refused.count(None, "192.0.2.1", AT)
    round_at(OVER - HOUR, now=OVER + 30 * DAY)
    assert told() == []
    round_at(OVER, now=OVER + 30 * DAY)
    assert len(told()) == 1


def test_a_look_tells_no_more_than_it_has_time_for(monkeypatch):
    monkeypatch.setattr(refused, "_AT_ONCE", 2)
    for number in range(3):
        refused.count(None, f"192.0.2.{number}", AT)
    round_at(OVER)
    assert len(told()) == 2
    round_at(OVER)
    assert len(told()) == 3
