"""What is counted from entries, against a count by hand over a history nobody planned."""

import random
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
    "access_submitted", "request_opened", "review_opened", "record_review_opened", "review_opened",
    "record_review_opened", "hold_placed", "hold_placed", "shield_taken_over",
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
    for _ in range(500):
        event = chance.choice(KINDS)
        at = START + timedelta(seconds=chance.randrange(60 * 24 * 3600))
        said = {
            "days_late": chance.choice([0, 0, 1, 9]),
            "outcome": chance.choice(["declined", "viewed"]),
            "due": (at + timedelta(days=chance.randrange(-3, 30))).date().isoformat(),
            "to": chance.choice(["to_shield", "to_shield", "shielded"]),
        }
        more = {name: said[name] for name in sorted(said.keys() & EVENTS[event].facts)}
        wrote(event, at, f"IW-2222-{chance.randrange(70) + 1000}", **more)


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
    assert len(asked) == 4

    placed = {}
    for entry in in_turn("hold_placed"):
        if facts_of(entry)["to"] != "shielded":
            placed.setdefault(entry.reference, entry.at)
    for entry in in_turn("shield_taken_over"):
        placed.pop(entry.reference, None)
    took = [
        (one.at, max(one.at - placed[one.reference], timedelta(0)))
        for one in firsts("shield_applied")
        if one.reference in placed
    ]
    assert sorted((one.at, one.took) for one in found.applied) == sorted(took)
    assert len(took) >= 3

    late_by = {}
    for one in in_turn(
        "first_review_concluded", "not_agreed_confirmed", "considered_confirmed",
        "let_go_concluded", "record_review_concluded",
    ):  # fmt: skip
        late_by.setdefault(one.reference, []).append(facts_of(one)["days_late"])
    unseen = {
        one.reference for one in in_turn("record_review_ended") if facts_of(one)["days_late"] == 0
    }
    due = []
    for event, kind in (("review_opened", "first"), ("record_review_opened", "six_monthly")):
        for one in in_turn(event):
            day = max(date.fromisoformat(facts_of(one)["due"]), one.at.date())
            if DAYS.first <= day <= DAYS.last and one.at < DAYS.end and one.reference not in unseen:
                due.append((kind, day, 0 in late_by.get(one.reference, [])))
    assert sorted((one.kind, one.day, one.in_time) for one in found.reviews) == sorted(due)
    assert {(kind, in_time) for kind, _, in_time in due} == {
        (kind, in_time) for kind in ("first", "six_monthly") for in_time in (True, False)
    }

    cleared = []
    for one in in_turn("applied_cleared"):
        before = [
            entry.at
            for entry in in_turn("shield_applied")
            if entry.reference == one.reference and entry.at <= one.at
        ]
        after = one.at - max(before) if before else timedelta(days=10_000)
        if DAYS.start <= one.at < DAYS.end:
            cleared.append((one.at, after))
    assert sorted((one.at, one.after) for one in found.found_open) == sorted(cleared)
    assert len({after for _, after in cleared}) > 2

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


def test_what_was_not_waited_for_has_no_time_and_an_attestation_found_wrong_is_counted():
    """A shield of a file, a request for a record shielded long ago, and one that was open."""
    at = datetime(2026, 2, 1, 9, tzinfo=UTC)
    wrote("hold_placed", at, "IW-2222-2222", to="to_shield")
    for event in ("shield_applied", "shield_taken_over"):
        wrote(event, at, "IW-2222-2222")
    wrote("hold_placed", at - 120 * HOUR, "IW-3333-3333", to="shielded", **{"from": "shielded"})
    wrote("shield_applied", at, "IW-3333-3333")
    wrote("hold_placed", at - HOUR, "IW-4444-4444", to="to_shield")
    wrote("shield_applied", at, "IW-4444-4444")
    assert [one.took for one in counting.applied(DAYS)] == [HOUR]
    wrote("applied_cleared", at + 30 * HOUR, "IW-4444-4444")
    (wrong,) = counting.found_open(DAYS)
    assert (wrong.at, wrong.after) == (at + 30 * HOUR, 30 * HOUR)


def test_reviews_count_when_they_fell_due_however_long_they_are_left_open():
    opened = datetime(2026, 1, 25, 9, tzinfo=UTC)
    ends = {
        "IW-2222-2222": ("first_review_concluded", 0),
        "IW-3333-3333": ("let_go_concluded", 20),
        "IW-4444-4444": None,
    }
    for reference, end in ends.items():
        wrote("review_opened", opened, reference, due=date(2026, 2, 1))
        if end:
            wrote(end[0], opened + (7 + end[1]) * 24 * HOUR, reference, days_late=end[1])
    # Nobody looked, as the record was unshielded: before its day it was never due.
    for reference, late in (("IW-5555-5555", 0), ("IW-6666-6666", 3)):
        wrote("record_review_opened", opened, reference, due=date(2026, 2, 10))
        wrote("record_review_ended", opened, reference, days_late=late)
    # A call that was entered after its review was due.
    wrote("review_opened", opened, "IW-7777-7777", due=date(2026, 1, 10))
    found = counting.reviews_due(DAYS)
    february = date(2026, 2, 1)
    assert sorted((one.kind, one.day, one.in_time) for one in found) == [
        ("first", date(2026, 1, 25), False),
        ("first", february, False),
        ("first", february, False),
        ("first", february, True),
        ("six_monthly", date(2026, 2, 10), False),
    ]


def test_days_are_those_of_london_and_what_older_versions_wrote_counts():
    summer = Days(date(2026, 7, 1), date(2026, 7, 31))
    for at in (
        datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 6, 30, 23, 0, tzinfo=UTC),
        datetime(2026, 7, 31, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 7, 31, 23, 0, tzinfo=UTC),
    ):
        wrote("applied_cleared", at, "IW-2222-2222")
    assert len(counting.found_open(summer)) == 2
    for reference, late in (("IW-3333-3333", 4), ("IW-4444-4444", 0)):
        opened = datetime(2026, 3, 20, 9, tzinfo=UTC)
        wrote("review_opened", opened, reference, due=date(2026, 3, 27))
        of_before("request_agreed", by=SOMEBODY, reference=reference, days_late=late)
    march = Days(date(2026, 3, 1), date(2026, 3, 31))
    assert [one.in_time for one in counting.reviews_due(march)] == [False, True]


def test_what_was_withdrawn_after_its_end_ended_the_first_time():
    at = datetime(2026, 2, 1, 9, tzinfo=UTC)
    wrote("access_concluded", at - 40 * 24 * HOUR, "IW-2222-2222", outcome="viewed")
    wrote("access_withdrawn", at, "IW-2222-2222")
    wrote("access_declined", at, "IW-3333-3333")
    assert [one.how for one in counting.access_ended(DAYS)] == ["access_declined"]
