"""People who name and end deputies at the same moment, in real transactions."""

import threading

import pytest
from django.db import connection

from shielding.accounts.deputies import actions
from shielding.accounts.deputies.models import Deputy
from shielding.notices.models import Notice
from shielding.web.refusals import Refused
from tests.shielding.accounts.deputies.support.deputies import DAY, NOW, TODAY, a_line, named
from tests.support.entries import entries
from tests.support.threads import run_together

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20


def at_once(*acts):
    """Do these at the same moment and return what came of each: "done", or the refusal's code."""
    start, outcomes = threading.Barrier(len(acts)), []

    def do(act):
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


def test_of_two_named_for_overlapping_days_one_wins():
    line = a_line()
    for turn in range(TIMES):
        begins = TODAY + turn * 17 * DAY
        outcomes = at_once(
            lambda begins=begins: named(line.manager, line.peer, begins),
            lambda begins=begins: named(line.manager, line.head, begins + DAY, by=line.iw),
        )
        assert outcomes == ["deputy_overlaps", "done"]
        count = turn + 1
        assert Deputy.objects.count() == len(entries("deputy_named")) == count
        assert Notice.objects.filter(kind="deputy_named").count() == 2 * count


def test_days_that_do_not_overlap_are_both_named():
    line = a_line()
    for turn in range(TIMES):
        begins = TODAY + turn * 17 * DAY
        outcomes = at_once(
            lambda begins=begins: named(line.manager, line.peer, begins),
            lambda begins=begins: named(line.manager, line.head, begins + 7 * DAY),
        )
        assert outcomes == ["done", "done"]


def test_two_who_name_each_other_do_not_wait_for_ever():
    line = a_line()
    for turn in range(TIMES):
        begins = TODAY + turn * 17 * DAY
        outcomes = at_once(
            lambda begins=begins: named(line.manager, line.peer, begins),
            lambda begins=begins: named(line.peer, line.manager, begins),
        )
        assert outcomes == ["done", "done"]


def test_it_is_ended_once():
    line = a_line()
    for turn in range(TIMES):
        done = named(line.manager, line.peer, TODAY + turn * 17 * DAY)
        outcomes = at_once(
            lambda done=done: actions.end_deputy(done, by=line.manager, now=NOW),
            lambda done=done: actions.end_deputy(done, by=line.iw, now=NOW),
        )
        assert outcomes == ["deputy_over", "done"]
        assert len(entries("deputy_ended")) == turn + 1
