"""What is counted from entries, against a count by hand over a history nobody planned."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from logbook.days import Days
from logbook.events import EVENTS
from logbook.figures import counting
from logbook.models import Entry
from logbook.reading import facts_of
from logbook.writing import log_entry
from tests.logbook.support.pages import of_before
from tests.logbook.support.writing import SOMEBODY
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = Days(date(2026, 1, 20), date(2026, 2, 19))
KINDS = [
    "hold_placed", "shield_applied", "applied_cleared", "first_review_concluded",
    "not_agreed_confirmed", "considered_confirmed", "let_go_concluded", "record_review_concluded",
    "record_review_ended", "added_review_concluded", "access_concluded", "access_declined",
    "access_withdrawn", "access_lapsed", "access_ended_with_shield", "access_call_logged",
    "access_submitted", "request_opened",
]  # fmt: skip


def wrote(event, at, reference, **facts):
    every = dict.fromkeys(EVENTS[event].facts, "a_code") | facts
    by = None if EVENTS[event].system else SOMEBODY
    log_entry(event, by=by, at=at, reference=reference, **every)


@pytest.fixture(scope="module")
def chance():
    return random.Random(17)


def a_history(chance):
    """Write some entries of few references over two months, many more than once."""
    for _ in range(350):
        event = chance.choice(KINDS)
        at = START + timedelta(seconds=chance.randrange(60 * 24 * 3600))
        said = {
            "days_late": chance.choice([0, 0, 1, 9]),
            "outcome": chance.choice(["declined", "viewed"]),
        }
        more = {name: said[name] for name in sorted(said.keys() & EVENTS[event].facts)}
        wrote(event, at, f"IW-2222-{chance.randrange(40) + 1000}", **more)


def in_turn(*events):
    found = [one for one in Entry.objects.all() if one.event in events]
    return sorted(found, key=lambda one: (one.at, one.pk))


def firsts(*events):
    first = {}
    for entry in in_turn(*events):
        first.setdefault(entry.reference, entry)
    return [one for one in first.values() if DAYS.start <= one.at < DAYS.end]


def test_as_by_hand(chance):
    a_history(chance)
    with Statements() as asked:
        found = counting.history(DAYS)
    assert len(asked) == 3

    placed = {}
    for entry in in_turn("hold_placed"):
        placed.setdefault(entry.reference, entry.at)
    took = [
        (one.at, max(one.at - placed[one.reference], timedelta(0)))
        for one in firsts("shield_applied")
        if one.reference in placed
    ]
    assert sorted((one.at, one.took) for one in found.applied) == sorted(took)
    assert len(took) >= 5

    by_kind = defaultdict(list)
    for event, kind in (
        ("first_review_concluded", "first"), ("not_agreed_confirmed", "first"),
        ("considered_confirmed", "first"), ("let_go_concluded", "first"),
        ("record_review_concluded", "six_monthly"), ("record_review_ended", "six_monthly"),
    ):  # fmt: skip
        for one in in_turn(event):
            if DAYS.first <= one.at.date() <= DAYS.last:
                by_kind[kind].append((one.at, facts_of(one)["days_late"]))
    for kind, rows in by_kind.items():
        counted = [(one.at, one.days_late) for one in found.reviews if one.kind == kind]
        assert sorted(counted) == sorted(rows)
    assert sum(map(len, by_kind.values())) == len(found.reviews) > 20

    ends = ("access_concluded", "access_declined", "access_withdrawn", "access_lapsed",
            "access_ended_with_shield", "access_call_logged")  # fmt: skip
    ended = [(one.at, facts_of(one).get("outcome", one.event)) for one in firsts(*ends)]
    assert sorted((one.at, one.how) for one in found.access) == sorted(ended)
    assert {how for _, how in ended} >= {"declined", "viewed", "access_declined"}


def test_a_shield_found_open_and_attested_again_counts_once_from_the_first():
    at = datetime(2026, 2, 1, 9, tzinfo=UTC)
    wrote("hold_placed", at, "IW-2222-2222")
    wrote("shield_applied", at + 3 * HOUR, "IW-2222-2222")
    wrote("applied_cleared", at + 30 * HOUR, "IW-2222-2222")
    wrote("shield_applied", at + 31 * HOUR, "IW-2222-2222")
    wrote("shield_applied", at + HOUR, "IW-3333-3333")  # placed by nobody
    (one,) = counting.applied(DAYS)
    assert (one.at, one.took) == (at + 3 * HOUR, 3 * HOUR)


def test_days_are_those_of_london_and_what_older_versions_wrote_counts():
    summer = Days(date(2026, 7, 1), date(2026, 7, 31))
    for at in (
        datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 6, 30, 23, 0, tzinfo=UTC),
        datetime(2026, 7, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 7, 31, 23, 0, tzinfo=UTC),
    ):
        wrote("first_review_concluded", at, "IW-2222-2222", days_late=0)
    assert len(counting.reviews_concluded(summer)) == 2
    of_before("request_agreed", by=SOMEBODY, days_late=4, involvement="record")
    of_before("request_agreed", by=SOMEBODY, involvement="record")
    march = Days(date(2026, 3, 1), date(2026, 3, 31))
    assert [one.days_late for one in counting.reviews_concluded(march)] == [4, 0]


def test_what_was_withdrawn_after_its_end_ended_the_first_time():
    at = datetime(2026, 2, 1, 9, tzinfo=UTC)
    wrote("access_concluded", at - 40 * 24 * HOUR, "IW-2222-2222", outcome="viewed")
    wrote("access_withdrawn", at, "IW-2222-2222")
    wrote("access_declined", at, "IW-3333-3333")
    assert [one.how for one in counting.access_ended(DAYS)] == ["access_declined"]
