"""Signs of misuse: each just below its threshold, at it, and just before the first day."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from logbook.days import last_days
from logbook.events import EVENTS
from logbook.misuse import signs
from shielding.clock import is_working_day
from tests.logbook.support.signs import (
    DAYS,
    FIRST,
    JUST_BEFORE,
    LIMITS,
    MINUTE,
    NIGHT,
    NOW,
    a_reference,
    bursts,
    opened,
    somebody,
    who,
    wrote,
)

pytestmark = pytest.mark.django_db


# --- Which days ----------------------------------------------------------------------------------
def test_days_of_before_are_counted_as_those_of_now_were():
    person, about = somebody("practitioner"), a_reference()
    for at in (FIRST, FIRST, DAYS.end - timedelta(microseconds=1)):
        wrote("refused", person, at)
        opened(person, 1, at)
        opened(somebody(), 1, at, about=about)
    read_by(person, 4, NIGHT)
    later = last_days(NOW + timedelta(days=8), LIMITS.days)
    assert later.before == DAYS
    for days, found in ((DAYS, 1), (later, 0), (DAYS.before, 0)):
        assert len(signs.refused(LIMITS, days).signs) == found
        assert len(signs.on_many_records(LIMITS, days).signs) == found
        assert len(signs.many_on_one_record(LIMITS, days).signs) == found
        assert len(signs.out_of_hours(LIMITS, days, is_working_day).signs) == found


# --- Refused --------------------------------------------------------------------------------------
def test_refused_not_found_and_emails_of_nobody_count_together_for_one_person():
    person, other = somebody("practitioner", "SV-1"), somebody()
    wrote("refused", person, FIRST)
    wrote("not_found", person)
    wrote("refused", other)
    assert who(signs.refused(LIMITS, DAYS)) == []
    wrote("nobody_named", person, NOW)
    (sign,) = signs.refused(LIMITS, DAYS).signs
    assert (sign.person, sign.role, sign.service) == (person.uid, "practitioner", "SV-1")
    assert (sign.count, sign.first, sign.last) == (3, FIRST, NOW)


def test_refused_before_the_first_day_and_while_busy_and_by_nobody_do_not_count():
    person = somebody()
    wrote("refused", person, JUST_BEFORE)
    wrote("refused", person, why="busy")
    wrote("refused", person, why="other_role")
    wrote("refused", person, why="other_role")
    for _ in range(5):
        wrote("sign_in_failed", None, account=person.uid)
    assert who(signs.refused(LIMITS, DAYS)) == []
    wrote("refused", person, FIRST)
    assert who(signs.refused(LIMITS, DAYS)) == [(person.uid, 3)]


def test_days_begin_at_midnight_in_london():
    person, summer = somebody(), datetime(2026, 7, 10, 9, 0, tzinfo=UTC)
    first = datetime(2026, 7, 2, 23, 0, tzinfo=UTC)
    for at in (first - timedelta(microseconds=1), first, first):
        wrote("refused", person, at)
    assert who(signs.refused(LIMITS, last_days(summer, 7))) == []
    wrote("refused", person, first)
    assert who(signs.refused(LIMITS, last_days(summer, 7))) == [(person.uid, 3)]


def test_the_most_come_first_and_no_more_than_a_page_of_them():
    people = [somebody() for _ in range(signs.MOST_ROWS + 5)]
    for person in people:
        for _ in range(3):
            wrote("refused", person)
    wrote("refused", people[7])
    found = signs.refused(LIMITS, DAYS)
    assert who(found)[0] == (people[7].uid, 4)
    assert (len(found.signs), found.in_all) == (signs.MOST_ROWS, signs.MOST_ROWS + 5)


# --- One person on many records -------------------------------------------------------------------
@pytest.mark.parametrize(("role", "limit"), [("iw", 5), ("practitioner", 3), ("auditor", 3)])
def test_many_records_by_a_number_of_the_teams_own(role, limit):
    person = somebody(role)
    opened(person, limit - 1)
    opened(person, 4, JUST_BEFORE)
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    opened(person, 1, FIRST)
    assert who(signs.on_many_records(LIMITS, DAYS)) == [(person.uid, limit)]


def test_a_record_counts_once_by_whatever_door():
    person = somebody("practitioner")
    about = a_reference()
    asked = a_reference()
    wrote("access_submitted", somebody(), JUST_BEFORE, reference=asked, about=about)
    for event in ("record_opened", "request_opened", "review_read", "record_searched"):
        wrote(event, person, about=about, reference="" if "record" in event else a_reference())
    wrote("number_shown", person, about=about)
    wrote("access_opened", person, reference=asked)
    opened(person, 1)
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    wrote("access_opened", person, reference=_asked_about(a_reference()))
    assert who(signs.on_many_records(LIMITS, DAYS)) == [(person.uid, 3)]


def _asked_about(about):
    reference = a_reference()
    wrote("access_submitted", somebody(), JUST_BEFORE, reference=reference, about=about)
    return reference


def test_a_search_that_found_nothing_counts_each_time_and_a_draft_never():
    person = somebody("practitioner")
    for _ in range(2):
        wrote("record_searched", person, found=False)
    for event in ("request_opened", "access_opened", "number_shown"):
        wrote(event, person, reference=a_reference())
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    wrote("record_searched", person, found=False)
    assert who(signs.on_many_records(LIMITS, DAYS)) == [(person.uid, 3)]


def test_two_roles_are_held_to_the_lower_number_and_a_new_service_is_no_new_person():
    person = somebody("iw")
    opened(person, 2)
    moved = SimpleNamespace(uid=person.uid, role="practitioner", service_code="SV-2")
    opened(moved, 1)
    (sign,) = signs.on_many_records(LIMITS, DAYS).signs
    assert (sign.person, sign.count, sign.service) == (person.uid, 3, "SV-2")


# --- Many people on one record --------------------------------------------------------------------
def test_many_people_on_one_record():
    about, people = a_reference(), [somebody("practitioner") for _ in range(2)]
    for person in people * 3:
        opened(person, 1, about=about)
    opened(somebody(), 1, JUST_BEFORE, about=about)
    wrote("hold_placed", somebody(), about=about)
    assert signs.many_on_one_record(LIMITS, DAYS).signs == []
    wrote("access_opened", somebody(), FIRST, reference=_asked_about(about))
    (sign,) = signs.many_on_one_record(LIMITS, DAYS).signs
    assert (sign.record, sign.count, sign.first, sign.person) == (about, 3, FIRST, None)


# --- Out of hours ---------------------------------------------------------------------------------
def read_by(person, times, start, apart=MINUTE):
    for number in range(times):
        opened(person, 1, start + number * apart)


def test_a_burst_at_night():
    person, last = somebody("practitioner", "SV-1"), NIGHT + 2 * MINUTE
    read_by(person, 3, NIGHT)
    assert who(bursts()) == []
    wrote("entry_opened", person, last, entry=1)
    (sign,) = bursts().signs
    assert (sign.person, sign.role, sign.service) == (person.uid, "practitioner", "SV-1")
    assert (sign.count, sign.first, sign.last) == (4, NIGHT, last)


def test_turning_through_the_register_by_page_and_narrowing_it_each_time():
    member, lead, other = somebody(), somebody(), somebody()
    for page in (1, 2, 2, 1):
        wrote("register_opened", member, FIRST, page=page)
    for _ in range(2):
        wrote("register_narrowed", lead, page=1)
    wrote("register_opened", other)
    assert who(signs.through_the_register(LIMITS, DAYS)) == []
    wrote("register_opened", member, page=3)
    wrote("register_narrowed", lead, page=1)
    wrote("register_narrowed", lead, JUST_BEFORE, page=1)
    found = signs.through_the_register(LIMITS, DAYS)
    assert dict(who(found)) == {member.uid: 3, lead.uid: 3}
    assert {sign.person: sign.narrowed for sign in found.signs} == {member.uid: 0, lead.uid: 3}


@pytest.mark.parametrize(
    ("start", "out"),
    [
        (datetime(2026, 3, 25, 6, 50, tzinfo=UTC), True),
        (datetime(2026, 3, 25, 7, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 25, 18, 50, tzinfo=UTC), False),
        (datetime(2026, 3, 25, 19, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 22, 12, 0, tzinfo=UTC), True),  # a Sunday
    ],
)
def test_hours_are_seven_to_seven_on_working_days(start, out):
    person = somebody()
    read_by(person, 4, start)
    assert bool(who(bursts())) is out


@pytest.mark.parametrize(("start", "out"), [("05:55", True), ("06:00", False), ("18:00", True)])
def test_hours_are_londons_in_summer(start, out):
    read_by(somebody(), 4, datetime.fromisoformat(f"2026-07-08T{start}:00+00:00"))
    assert bool(who(bursts(datetime(2026, 7, 10, 9, 0, tzinfo=UTC)))) is out


def test_a_burst_that_began_before_the_first_day_is_whole_on_it():
    person = somebody()
    read_by(person, 4, FIRST - 2 * MINUTE)
    (sign,) = bursts().signs
    assert (sign.count, sign.first) == (4, FIRST - 2 * MINUTE)
    assert signs.out_of_hours(LIMITS, DAYS.before, is_working_day).signs == []


def test_a_bank_holiday_is_out_of_hours():
    read_by(somebody(), 4, datetime(2026, 4, 6, 12, 0, tzinfo=UTC))  # Easter Monday
    after = datetime(2026, 4, 8, 9, 0, tzinfo=UTC)
    assert len(bursts(after).signs) == 1
    assert bursts(after, lambda day: day.isoweekday() <= 5).signs == []


def test_an_hour_is_any_sixty_minutes_and_no_more():
    spread, close = somebody(), somebody()
    read_by(spread, 4, NIGHT - 30 * MINUTE, apart=20 * MINUTE)
    read_by(close, 4, NIGHT - 30 * MINUTE, apart=19 * MINUTE)
    assert who(bursts()) == [(close.uid, 4)]


def test_the_same_thing_again_within_the_hour_counts_once_but_each_search_does():
    person, about = somebody(), a_reference()
    for number in range(9):
        opened(person, 1, NIGHT + number * MINUTE, about=about)
    assert who(bursts()) == []
    for number in range(3):
        wrote("record_searched", person, NIGHT + number * MINUTE, found=True, about=about)
    assert who(bursts()) == [(person.uid, 4)]


def test_each_day_has_its_busiest_hour_and_a_burst_before_the_first_day_has_none():
    person = somebody()
    read_by(person, 4, NIGHT)
    read_by(person, 5, NIGHT - 3 * timedelta(hours=1))
    read_by(person, 4, NIGHT + timedelta(days=1))
    read_by(person, 9, JUST_BEFORE - 10 * MINUTE)
    assert who(bursts()) == [(person.uid, 5), (person.uid, 4)]
    assert {sign.last.date() for sign in bursts().signs} == {date(2026, 3, 24), date(2026, 3, 25)}


def test_every_event_that_only_looks_is_among_the_looks():
    names = re.compile(r"(opened|read|shown|searched|narrowed|by_service|board_printed)$")
    no_reading = {
        "review_opened": "a review begins",
        "record_review_opened": "a review begins",
        "worksheet_opened": "nothing is on it",
        "service_reopened": "an act",
        "access_call_read": "an attestation, on a page whose opening is a reading",
    }
    looks = {code for code in EVENTS if names.search(code)} - set(no_reading)
    assert looks == set(signs.LOOKS)


# --- Whatever the rows hold -----------------------------------------------------------------------
def test_an_entry_that_no_code_of_ours_wrote_is_no_fault():
    with connection.cursor() as cursor:
        for event, facts in (("access_agreed", '{"manager":"---"}'), ("refused", "[[[")):
            cursor.execute(
                "INSERT INTO logbook_entry"
                " (schema, salt, at, actor, role, service, event, reference, record, facts)"
                " VALUES (1, '0123456789abcdef', %s, %s, 'iw', '', %s, '', '', %s)",
                [NOW, uuid.uuid4(), event, facts],
            )
    assert signs.agreeing_to_many(LIMITS, DAYS).signs == []
    assert signs.refused(LIMITS, DAYS).signs == []


# --- By way of the logbook ------------------------------------------------------------------------
def read_in_the_logbook(by, reference):
    wrote("logbook_opened", by, reference=reference, filters=["reference"])


def test_the_logbook_narrowed_to_a_record_or_its_request_counts_as_opening_it():
    member, requests, record_ = somebody(), [a_reference() for _ in range(5)], a_reference()
    for reference in requests:
        wrote(
            "hold_placed",
            somebody("practitioner"),
            JUST_BEFORE,
            reference=reference,
            about=record_ if reference == requests[0] else a_reference(),
        )
    for reference in [*requests[:4], record_]:
        read_in_the_logbook(member, reference)
    wrote("logbook_opened", member, filters=[])
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    read_in_the_logbook(member, requests[4])
    assert who(signs.on_many_records(LIMITS, DAYS)) == [(member.uid, 5)]
    for _ in range(2):
        read_in_the_logbook(somebody(), record_)
    (crowded,) = signs.many_on_one_record(LIMITS, DAYS).signs
    assert (crowded.record, crowded.count) == (record_, 3)


def test_reading_about_records_entry_by_entry_counts_as_opening_them():
    member = somebody()
    for number in range(4):
        wrote("entry_opened", member, about=a_reference(), entry=number)
    wrote("entry_opened", member, entry=4)
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    wrote("entry_opened", member, reference=_asked_about(a_reference()), entry=5)
    assert who(signs.on_many_records(LIMITS, DAYS)) == [(member.uid, 5)]


def test_an_auditor_reads_the_logbook_by_profession():
    auditor, crowded = somebody("auditor"), a_reference()
    for about in (crowded, *(a_reference() for _ in range(4))):
        wrote("hold_placed", somebody("practitioner"), reference=a_reference(), about=about)
        read_in_the_logbook(auditor, about)
        wrote("entry_opened", auditor, about=about, entry=1)
    for _ in range(2):
        read_in_the_logbook(somebody("auditor"), crowded)
    assert who(signs.on_many_records(LIMITS, DAYS)) == []
    assert signs.many_on_one_record(LIMITS, DAYS).signs == []
