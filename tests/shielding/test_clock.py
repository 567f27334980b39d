"""Due dates: the process document's vectors, every day of eight years, and the London day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as some

from shielding import clock
from tests.shielding.support.dates import EVERY_DAY, london_midnight, six_months_on, step_by_step


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("2025-08-31T12:00", date(2025, 9, 7)),
        ("2026-03-31T12:00", date(2026, 4, 7)),
        ("2026-12-26T12:00", date(2027, 1, 2)),
        ("2026-06-30T23:30", date(2026, 7, 8)),  # 1 July in London
        ("2028-02-22T12:00", date(2028, 2, 29)),
        ("2027-02-22T12:00", date(2027, 3, 1)),
    ],
)
def test_a_first_review_is_due_seven_days_after_the_london_date(submitted, due):
    assert clock.first_review_due(at(submitted)) == due


@pytest.mark.parametrize(
    ("counted_from", "due"),
    [
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 10, 31), date(2027, 4, 30)),
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2028, 2, 29), date(2028, 8, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_the_next_review_is_due_six_calendar_months_on(counted_from, due):
    assert clock.next_review_due(counted_from) == due


def seven_days_on(day: date) -> date:
    for _ in range(7):
        day = step_by_step(day)
    return day


def test_every_first_review_of_eight_years_from_the_first_to_the_last_second_of_the_day():
    for day in EVERY_DAY:
        begins, ends = london_midnight(day), london_midnight(step_by_step(day))
        due = seven_days_on(day)
        assert clock.first_review_due(begins) == due
        assert clock.first_review_due(begins + (ends - begins) / 2) == due
        assert clock.first_review_due(ends - timedelta(seconds=1)) == due
        assert clock.first_review_due(ends) == step_by_step(due)


def test_every_six_monthly_review_of_eight_years():
    for day in EVERY_DAY:
        assert clock.next_review_due(day) == six_months_on(day)


def test_each_of_eight_reviews_counted_from_the_last_falls_on_time():
    for day in EVERY_DAY:
        due = expected = day
        for _ in range(8):
            due, expected = clock.next_review_due(due), six_months_on(expected)
            assert due == expected


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-01-15T23:59:59", date(2026, 1, 15)),  # winter: London is UTC
        ("2026-01-16T00:00:00", date(2026, 1, 16)),
        ("2026-07-15T22:59:59", date(2026, 7, 15)),  # 23:59:59 in London
        ("2026-07-15T23:00:00", date(2026, 7, 16)),
        # The clocks go forward: 29 March 2026 has 23 hours.
        ("2026-03-28T23:59:59", date(2026, 3, 28)),
        ("2026-03-29T00:59:59", date(2026, 3, 29)),
        ("2026-03-29T01:00:00", date(2026, 3, 29)),
        ("2026-03-29T22:59:59", date(2026, 3, 29)),
        ("2026-03-29T23:00:00", date(2026, 3, 30)),
        # And back: 25 October 2026 has 25 hours, one of them twice.
        ("2026-10-24T22:59:59", date(2026, 10, 24)),
        ("2026-10-24T23:00:00", date(2026, 10, 25)),
        ("2026-10-25T00:30:00", date(2026, 10, 25)),
        ("2026-10-25T01:30:00", date(2026, 10, 25)),
        ("2026-10-25T23:59:59", date(2026, 10, 25)),
        ("2026-10-26T00:00:00", date(2026, 10, 26)),
    ],
)
def test_the_day_is_london_s(instant, day):
    assert clock.today(at(instant)) == day


def test_a_day_ends_at_midnight_in_london():
    assert clock.end_of(date(2026, 3, 10)) == at("2026-03-11T00:00")
    assert clock.end_of(date(2026, 6, 30)) == at("2026-06-30T23:00")
    assert clock.end_of(date(2026, 10, 25)) == at("2026-10-26T00:00")
    assert clock.end_of(date(2026, 3, 29)) == at("2026-03-29T23:00")


def test_over_a_clock_change_seven_days_are_days_and_not_hours():
    """168 hours after 23:30 on the eve of winter time it is still the sixth day."""
    submitted = at("2026-10-24T22:30")
    assert clock.today(submitted + timedelta(hours=168)) == date(2026, 10, 31)
    assert clock.first_review_due(submitted) == date(2026, 10, 31)
    # One hour later it is the next day in London, though 168 hours later it is not the eighth.
    assert clock.first_review_due(at("2026-10-24T23:30")) == date(2026, 11, 1)
    assert clock.today(at("2026-10-24T23:30") + timedelta(hours=168)) == date(2026, 10, 31)


def test_lateness_is_told_in_london_days():
    due = date(2026, 7, 8)
    for instant, late in [
        ("2026-07-06T10:00", 0),
        ("2026-07-08T22:59:59", 0),
        ("2026-07-08T23:00", 1),
        ("2026-07-18T12:00", 10),
    ]:
        assert clock.days_late(due, at(instant)) == late


def test_a_council_may_look_sooner(settings):
    settings.FIRST_REVIEW_DAYS, settings.REVIEW_MONTHS = 5, 3
    assert clock.first_review_due(at("2026-03-02T10:00")) == date(2026, 3, 7)
    assert clock.next_review_due(date(2025, 11, 30)) == date(2026, 2, 28)


@trials(deadline=None)
@given(some.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_six_months_never_skip_a_month_nor_pass_the_day(day):
    due = clock.next_review_due(day)
    assert (due.year * 12 + due.month) - (day.year * 12 + day.month) == 6
    assert due.day <= day.day


# --- Working days ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("due", "by"),
    [
        (date(2025, 9, 7), date(2025, 9, 5)),  # a Sunday
        (date(2026, 4, 7), date(2026, 4, 7)),  # the Tuesday after Easter
        (date(2026, 4, 6), date(2026, 4, 2)),  # Easter Monday: before Good Friday
        (date(2027, 1, 2), date(2026, 12, 31)),  # a Saturday after New Year's Day
        (date(2026, 8, 3), date(2026, 8, 3)),  # a bank holiday in Scotland
        (date(2028, 12, 26), date(2028, 12, 22)),
        (date(2029, 12, 25), date(2029, 12, 25)),  # beyond the table only weekends are known
        (date(2029, 12, 30), date(2029, 12, 28)),
    ],
)
def test_what_is_due_is_done_on_the_last_working_day(due, by):
    assert clock.act_by(due) == by


@pytest.mark.parametrize(
    ("logged_on", "by"),
    [
        (date(2026, 3, 2), date(2026, 3, 3)),
        (date(2026, 3, 6), date(2026, 3, 9)),  # a Friday
        (date(2026, 3, 7), date(2026, 3, 9)),
        (date(2026, 4, 2), date(2026, 4, 7)),  # before Easter
        (date(2026, 12, 24), date(2026, 12, 29)),  # 26 December is a Saturday: Monday instead
        (date(2028, 12, 29), date(2029, 1, 1)),
    ],
)
def test_a_phone_call_is_confirmed_by_the_next_working_day(logged_on, by):
    assert clock.next_working_day(logged_on) == by


def test_every_day_of_eight_years_has_its_working_days():
    for day in EVERY_DAY:
        before, after = clock.act_by(day), clock.next_working_day(day)
        assert before <= day < after
        assert clock.is_working_day(before)
        assert clock.is_working_day(after)
        assert (day - before).days <= 4
        assert (after - day).days <= 5
        assert (before == day) is clock.is_working_day(day)


def test_the_table_is_england_s_and_reaches_to_the_end_of_a_year():
    assert clock.holidays_known_until() == date(2028, 12, 31)
    of_2026 = [day for day in EVERY_DAY if day.year == 2026 and not clock.is_working_day(day)]
    assert [day for day in of_2026 if day.isoweekday() <= 5] == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
    ]


def test_the_same_hour_is_london_s_on_either_side_of_the_night_the_clocks_change():
    friday = datetime(2026, 3, 27, 10, 30, tzinfo=UTC)
    assert clock.same_hour_on(date(2026, 3, 30), friday) == datetime(2026, 3, 30, 9, 30, tzinfo=UTC)
    assert clock.same_hour_on(date(2026, 3, 27), friday) == friday
    october = datetime(2026, 10, 23, 9, 30, tzinfo=UTC)
    assert clock.same_hour_on(date(2026, 10, 26), october) == datetime(
        2026, 10, 26, 10, 30, tzinfo=UTC
    )
