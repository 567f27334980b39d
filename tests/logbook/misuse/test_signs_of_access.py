"""Signs of misuse of access requests: asking again, being declined, agreeing, urgent calls."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from logbook.days import Days
from logbook.misuse import signs
from shielding.operations.database_roles import as_owner
from tests.logbook.support.signs import (
    DAYS,
    FIRST,
    JUST_AFTER,
    JUST_BEFORE,
    LIMITS,
    MINUTE,
    NOW,
    a_reference,
    sent,
    somebody,
    who,
    wrote,
)

pytestmark = pytest.mark.django_db


# --- Asking again ---------------------------------------------------------------------------------
def test_who_asks_for_access_again_and_again_whatever_became_of_it():
    person, other = somebody("practitioner", "SV-1"), somebody()
    for at in (FIRST, NOW, JUST_BEFORE, JUST_AFTER):
        sent(person, at)
    sent(other)
    assert who(signs.asking_again(LIMITS, DAYS)) == []
    sent(person)
    (sign,) = signs.asking_again(LIMITS, DAYS).signs
    assert (sign.person, sign.role, sign.service) == (person.uid, "practitioner", "SV-1")
    assert (sign.count, sign.of_one, sign.first, sign.last) == (3, 1, FIRST, NOW)


def test_asking_about_one_record_again_has_a_number_of_its_own():
    person, one = somebody(), a_reference()
    sent(person, JUST_BEFORE, about=one)
    sent(person, about=one)
    sent(somebody(), about=one)
    assert who(signs.asking_again(LIMITS, DAYS)) == []
    sent(person, FIRST, about=one)
    (sign,) = signs.asking_again(LIMITS, DAYS).signs
    assert (sign.person, sign.count, sign.of_one) == (person.uid, 2, 2)


def test_who_phones_asks_too_and_may_be_declined_again():
    person, member, one = somebody("practitioner", "SV-1"), somebody(), a_reference()
    sent(person, FIRST, about=one)
    call = {"requester": person.uid, "outcome": "declined", "about": one}
    wrote("access_call_logged", member, JUST_BEFORE, reference=a_reference(), **call)
    wrote("access_call_logged", member, reference=a_reference(), about=one, requester="")
    assert who(signs.asking_again(LIMITS, DAYS)) == []
    wrote("access_call_logged", member, reference=a_reference(), **call)
    (sign,) = signs.asking_again(LIMITS, DAYS).signs
    assert (sign.person, sign.role, sign.service) == (person.uid, "practitioner", "SV-1")
    assert (sign.count, sign.of_one, sign.by_others) == (2, 2, 1)
    assert who(signs.declined_again(LIMITS, DAYS)) == []
    wrote("access_call_logged", member, reference=a_reference(), **call)
    assert who(signs.declined_again(LIMITS, DAYS)) == [(person.uid, 2)]


def test_who_was_declined_again_by_whomever():
    person, manager, member = somebody("practitioner", "SV-1"), somebody(), somebody()
    before, late, agreed_, concluded = (sent(person, JUST_BEFORE) for _ in range(4))
    declined = {"manager": manager.uid, "reason": "ask_first"}
    wrote("access_declined", manager, JUST_BEFORE, reference=before, **declined)
    wrote("access_declined", manager, JUST_AFTER, reference=late, **declined)
    wrote("access_agreed", manager, reference=agreed_, manager=manager.uid)
    wrote("access_concluded", member, reference=agreed_, outcome="no_brokerage_needed")
    wrote("access_concluded", member, FIRST, reference=concluded, outcome="declined")
    assert who(signs.declined_again(LIMITS, DAYS)) == []
    wrote("access_declined", manager, NOW, reference=sent(person, FIRST), **declined)
    (sign,) = signs.declined_again(LIMITS, DAYS).signs
    assert (sign.person, sign.role, sign.service) == (person.uid, "practitioner", "SV-1")
    assert (sign.count, sign.first, sign.last) == (2, FIRST, NOW)


# --- Agreeing to many -----------------------------------------------------------------------------
def agreed(by, times, at=NOW, *, manager=None):
    for _ in range(times):
        wrote("access_agreed", by, at, reference=a_reference(), manager=(manager or by).uid)


def test_a_manager_who_agrees_to_many():
    manager = somebody("practitioner", "SV-1")
    agreed(manager, 2)
    agreed(manager, 2, JUST_BEFORE)
    agreed(manager, 2, JUST_AFTER)
    wrote("access_declined", manager, manager=manager.uid)
    assert who(signs.agreeing_to_many(LIMITS, DAYS)) == []
    agreed(manager, 1, FIRST)
    (sign,) = signs.agreeing_to_many(LIMITS, DAYS).signs
    assert (sign.person, sign.count, sign.service, sign.by_others) == (manager.uid, 3, "SV-1", 0)


def test_what_a_deputy_agrees_to_counts_for_both():
    manager, deputy = somebody("practitioner"), somebody("practitioner")
    agreed(manager, 1)
    agreed(deputy, 2, manager=manager)
    assert who(signs.agreeing_to_many(LIMITS, DAYS)) == [(manager.uid, 3)]
    assert signs.agreeing_to_many(LIMITS, DAYS).signs[0].by_others == 2
    agreed(deputy, 1)
    assert dict(who(signs.agreeing_to_many(LIMITS, DAYS))) == {manager.uid: 3, deputy.uid: 3}


# --- Urgent calls ---------------------------------------------------------------------------------
def test_every_urgent_call_of_the_period_and_older_ones_until_they_are_read():
    member, second = somebody(), somebody()
    read, unread, old, older = (a_reference() for _ in range(4))
    wrote("access_call_logged", member, NOW, reference=read)
    wrote("access_call_read", second, NOW + MINUTE, reference=read)
    wrote("access_call_logged", member, FIRST, reference=unread)
    wrote("access_call_logged", member, JUST_BEFORE, reference=old)
    wrote("access_call_logged", member, JUST_BEFORE, reference=older)
    wrote("access_call_read", second, JUST_BEFORE, reference=older)
    calls = signs.urgent_calls(DAYS)
    assert [call.reference for call in calls] == [read, unread, old]
    assert (calls[0].taken_by, calls[0].read_by) == (member.uid, second.uid)
    assert (calls[0].at, calls[0].read_at) == (NOW, NOW + MINUTE)
    assert (calls[1].read_at, calls[1].read_by) == (None, None)


@pytest.mark.parametrize("outcome", ["referred", "no_brokerage_needed", "declined", ""])
def test_whom_the_lead_declined_counts_once_whatever_the_outcome(outcome):
    person, lead, member = somebody("practitioner"), somebody(), somebody()
    for decision in ("no_contact", "no_contact", "go_ahead"):
        reference = sent(person)
        wrote("access_lead_decided", lead, reference=reference, decision=decision)
        if outcome and decision == "no_contact":
            wrote("access_concluded", member, reference=reference, outcome=outcome)
    assert who(signs.declined_again(LIMITS, DAYS)) == [(person.uid, 2)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.behind_the_acts("entries alone, of people who are not in the directory")
@pytest.mark.parametrize("counted", [False, True])
def test_who_was_declined_is_found_by_reference_and_not_among_all_that_was_ever_sent(counted):
    """On a table of which PostgreSQL knows nothing yet, and of 200,000 entries, it took minutes.

    Of a table as small as this one it may rightly read every row instead: not here.
    """
    plans, person, manager = [], somebody("practitioner"), somebody()
    # What tests took back is still counted by PostgreSQL, as rows or as room for rows.
    _as_owner("TRUNCATE logbook_entry")
    with transaction.atomic():
        for _ in range(300):
            wrote("access_declined", manager, reference=sent(person), manager=manager.uid)
    if counted:
        _as_owner("ANALYZE logbook_entry")

    def explained(execute, sql, params, many, context):
        with connection.cursor() as cursor:
            cursor.cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF) {sql}", params)
            plans.extend(line for (line,) in cursor.fetchall())
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        with connection.execute_wrapper(explained):
            assert who(signs.declined_again(LIMITS, DAYS)) == [(person.uid, 300)]
    in_vain = [int(line.split(":")[1]) for line in plans if "Rows Removed by" in line]
    assert max(in_vain, default=0) <= 3_000, "\n".join(plans)


def _as_owner(statement):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_call_of_before_stays_unread_for_the_days_in_which_nobody_had_read_it():
    member, reference = somebody(), a_reference()
    wrote("access_call_logged", member, JUST_BEFORE, reference=reference)
    wrote("access_call_read", somebody(), JUST_AFTER, reference=reference)
    assert [len(signs.urgent_calls(days)) for days in (DAYS.before, DAYS, DAYS.after)] == [1, 1, 1]
    assert signs.urgent_calls(DAYS.after.after) == []
    assert signs.urgent_calls(Days(date(2026, 1, 1), date(2026, 1, 8))) == []


def test_a_call_read_very_late_is_shown_with_its_lateness_before_it_goes():
    member, second, late = somebody(), somebody(), a_reference()
    wrote("access_call_logged", member, FIRST - timedelta(days=9), reference=late)
    wrote("access_call_read", second, NOW, reference=late)
    (call,) = signs.urgent_calls(DAYS)
    assert (call.reference, call.read_at) == (late, NOW)
    assert signs.urgent_calls(DAYS.after) == []
