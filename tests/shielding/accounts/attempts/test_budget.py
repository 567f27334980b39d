"""Counting alone: what is free, how long the waits are, what a right try gives back."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from shielding.accounts.attempts.budget import FORGOTTEN_AFTER, RULES, Kind, TooMany, take
from shielding.accounts.attempts.models import Budget
from tests.support.threads import run_together

NOW = datetime(2026, 11, 30, 9, 20, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
pytestmark = pytest.mark.django_db


def wait(kind, *keys, now=NOW):
    """Return for how many seconds a try is refused, or that it is not."""
    try:
        take(kind, *keys, now=now)
    except TooMany as refused:
        return refused.seconds
    return 0


def wrong(times, kind, *keys, now=NOW):
    for _ in range(times):
        assert wait(kind, *keys, now=now) == 0


def test_after_the_free_tries_each_wait_is_twice_the_last_up_to_a_quarter_of_an_hour():
    moment, waits = NOW, []
    wrong(3, Kind.PAIR, "ann")
    for _ in range(9):
        wrong(1, Kind.PAIR, "ann", now=moment)
        waits.append(wait(Kind.PAIR, "ann", now=moment))
        moment += timedelta(seconds=waits[-1])
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900]


def test_a_refused_try_makes_no_wait_longer_and_counts_nothing():
    wrong(4, Kind.CODE, person := uuid4())
    for second in range(15):
        assert wait(Kind.CODE, person, now=NOW + second * SECOND) == 15 - second
    assert Budget.objects.get().tries == 4
    wrong(1, Kind.CODE, person, now=NOW + 15 * SECOND)


def test_too_many_names_the_person_whose_tries_they_were():
    wrong(4, Kind.CODE, person := uuid4(), "more")
    with pytest.raises(TooMany) as refused:
        take(Kind.CODE, person, "more", now=NOW)
    assert (refused.value.account, refused.value.ended) == (person, False)


def test_kinds_and_keys_are_counted_apart():
    wrong(4, Kind.PAIR, "ann", "one")
    wrong(1, Kind.PAIR, "ann", "two")
    wrong(1, Kind.PAIR, "bob", "one")
    wrong(1, Kind.CODE, "ann", "one")
    wrong(1, Kind.PAIR, "annone")
    assert wait(Kind.PAIR, "ann", "one") == 15


@pytest.mark.parametrize(("kind", "left"), [(Kind.PAIR, 4), (Kind.ACCOUNT, 2)])
def test_a_right_try_gives_back_its_own_and_where_it_may_all_before_it(kind, left):
    free = RULES[kind].free
    wrong(free - 2, kind, "ann")
    taken = take(kind, "ann", now=NOW)
    assert taken.tries == free - 1
    taken.right()
    wrong(left, kind, "ann")
    assert wait(kind, "ann") == 15


def test_a_right_try_after_a_wait_leaves_no_wait_of_its_own():
    wrong(20, Kind.ACCOUNT, "ann")
    later = NOW + 15 * SECOND
    take(Kind.ACCOUNT, "ann", now=later).right()
    assert wait(Kind.ACCOUNT, "ann", now=later) == 0


def test_a_right_try_does_not_take_off_the_wait_that_another_began_meanwhile():
    wrong(18, Kind.ACCOUNT, "ann")
    owner = take(Kind.ACCOUNT, "ann", now=NOW)
    wrong(1, Kind.ACCOUNT, "ann")
    owner.right()
    assert wait(Kind.ACCOUNT, "ann") == 15


def test_what_was_not_looked_at_is_given_back_and_forgets_nothing():
    wrong(3, Kind.PAIR, "ann")
    take(Kind.PAIR, "ann", now=NOW).unused()
    wrong(1, Kind.PAIR, "ann")
    assert wait(Kind.PAIR, "ann") == 15


def test_a_network_has_so_many_an_hour_of_the_clock_and_waits_for_its_end():
    wrong(RULES[Kind.NETWORK].free, Kind.NETWORK, "192.0.2.1")
    assert wait(Kind.NETWORK, "192.0.2.1") == 40 * 60
    assert wait(Kind.NETWORK, "192.0.2.1", now=NOW + 40 * 60 * SECOND) == 0


def test_a_count_that_nobody_added_to_for_a_day_begins_anew():
    wrong(4, Kind.PAIR, "ann")
    day = NOW + FORGOTTEN_AFTER + SECOND
    wrong(4, Kind.PAIR, "ann", now=day)
    assert wait(Kind.PAIR, "ann", now=day) == 15


def test_a_known_browser_has_no_more_after_twenty_wrong_in_a_row():
    moment = NOW
    for _ in range(20):
        wrong(1, Kind.KNOWN, "ann", "browser", now=moment)
        moment += timedelta(minutes=15)
    with pytest.raises(TooMany) as refused:
        take(Kind.KNOWN, "ann", "browser", now=moment + HOUR)
    assert refused.value.ended


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_at_the_last_free_try_one_gets_through():
    for round_ in range(5):
        wrong(3, Kind.PAIR, f"ann {round_}")
        start, waits = threading.Barrier(8), []

        def one(name=f"ann {round_}", start=start, waits=waits):
            try:
                start.wait()
                waits.append(wait(Kind.PAIR, name))
            finally:
                connection.close()

        run_together(*(threading.Thread(target=one) for _ in range(8)))
        assert sorted(waits) == [0, *[15] * 7]


def test_nobody_can_read_from_the_table_who_was_tried_or_from_where():
    wrong(1, Kind.PAIR, "ann@council.example", "192.0.2.1")
    row = Budget.objects.get()
    assert len(bytes(row.key)) == 32
    assert b"ann" not in bytes(row.key)
