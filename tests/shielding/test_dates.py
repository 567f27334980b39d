"""Every date the process counts, over eight years, against counting on the fingers.

The second method knows month lengths and nothing else: it steps from day to day and never asks
the product's calendar. What `test_clock` shows of one date, this shows of whole chains.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from shielding import clock
from shielding.holds import letting_go
from shielding.models import Consultation, Review
from shielding.reviews import actions, reminder_days
from shielding.reviews import dates as review_dates
from tests.shielding.support.dates import EVERY_DAY, london_midnight, six_months_on, step_by_step
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import a_request
from tests.support.shielded_records import at, shielded_for

A_SECOND = timedelta(seconds=1)


def stepped(day: date, days: int) -> date:
    for _ in range(days):
        day = step_by_step(day)
    return day


def table(start: date, answered_after: list[int | None]) -> list[date]:
    """Return the due days of one hold's reviews in a row, each answered so many days after its due
    day, or not at all.

    Before it counts from the day of the answer, after it and in silence from the due day.
    """
    due, rows = six_months_on(start), []
    for late in answered_after:
        rows.append(due)
        early = late is not None and late < 0
        due = six_months_on(due + timedelta(days=late) if early else due)
    return rows


SILENT = None


@pytest.mark.parametrize(
    "answered_after",
    [
        [0] * 8, [1, 30, 200, 5, 90, 365, 7, 1], [-1] * 8, [-28, 3, -14, 0, -7, 60, -2, -27],
        [SILENT] * 8, [-3, SILENT, 12, SILENT, -28, SILENT, 0, -1],
    ],
    ids=["on time", "late", "a day early", "now early, now late", "never", "now and then"],
)  # fmt: skip
def test_eight_reviews_in_a_row_from_every_day_of_eight_years(answered_after):
    for start in EVERY_DAY:
        due, rows = clock.next_review_due(start), []
        for late in answered_after:
            rows.append(due)
            due = due_after(due, late)
        assert rows == table(start, answered_after), start


@cache
def due_after(due: date, late: int | None) -> date:
    """Return the product's own due day after one answered so; chains meet in the same few days."""
    return review_dates.after(answered(due, late))


def answered(due: date, late: int | None) -> Consultation:
    """Return what was asked in a review due that day and answered so many days later, at the last
    second of that London day; silent ones are recorded at that second of the due day.
    """
    at_the_end = london_midnight(due + timedelta(days=(late or 0) + 1)) - A_SECOND
    word = "no_answer" if late is SILENT else "still_needed"
    return Consultation(review=Review(due=due), answer=word, answered_at=at_the_end)


def test_eight_reviews_of_the_thirty_first_of_august_and_of_a_leap_day():
    assert table(date(2026, 8, 31), [0] * 8) == [
        date(2027, 2, 28), date(2027, 8, 28), date(2028, 2, 28), date(2028, 8, 28),
        date(2029, 2, 28), date(2029, 8, 28), date(2030, 2, 28), date(2030, 8, 28),
    ]  # fmt: skip
    assert table(date(2027, 8, 31), [0, 0]) == [date(2028, 2, 29), date(2028, 8, 29)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "first", "six_months"),
    [
        ("2025-08-31T12:00", date(2025, 9, 7), date(2026, 2, 28)),
        ("2026-03-31T12:00", date(2026, 4, 7), date(2026, 9, 30)),
        ("2026-06-30T22:59:59", date(2026, 7, 7), date(2026, 12, 30)),  # 23:59:59 in London
        ("2026-06-30T23:30", date(2026, 7, 8), date(2027, 1, 1)),  # 1 July in London
        ("2026-12-26T23:59:59", date(2027, 1, 2), date(2027, 6, 26)),
        ("2027-08-31T12:00", date(2027, 9, 7), date(2028, 2, 29)),
        ("2028-02-29T12:00", date(2028, 3, 7), date(2028, 8, 29)),
        ("2026-10-31T12:00", date(2026, 11, 7), date(2027, 4, 30)),
        ("2026-03-29T00:59:59", date(2026, 4, 5), date(2026, 9, 29)),  # the clocks go forward
        ("2026-10-24T23:30", date(2026, 11, 1), date(2027, 4, 25)),  # they go back that night
    ],
)
def test_a_request_sent_at_this_moment_is_due_on_these_days(sent, first, six_months):
    request = a_request(now=datetime.fromisoformat(sent).replace(tzinfo=UTC))
    dates = (request.review.due, request.hold.review_due, request.record.review_due)
    assert dates == (first, six_months, six_months)


@pytest.mark.django_db
def test_eight_reviews_of_two_holds_of_one_record_by_the_acts_themselves():
    """Each is counted as if it were alone, whatever the other's source does."""
    older, younger = date(2027, 8, 31), date(2027, 11, 30)
    (first,) = shielded_for(a_practitioner(), now=at(older))
    number = first.record.number_in_clear()
    (second,) = shielded_for(a_practitioner(), number=number, now=at(younger))
    plans = {
        first: [0, 9, 0, -3, SILENT, 0, 1, -28],
        second: [-20, SILENT, 0, 0, -1, SILENT, -28, 0],
    }
    member = an_iw_member()
    left = {hold: list(plan) for hold, plan in plans.items()}
    while any(left.values()):
        hold = min((one for one in left if left[one]), key=lambda one: _day(one, left[one][0]))
        late = left[hold].pop(0)
        _ask_and_conclude(hold, late, at(_day(hold, late)), member)
    for hold, start in ((first, older), (second, younger)):
        dues = hold.reviews.of_records().order_by("id").values_list("due", flat=True)
        assert list(dues) == table(start, plans[hold])


def _day(hold, late: int | None) -> date:
    hold.refresh_from_db()
    return hold.review_due + timedelta(days=late or 0)


def _ask_and_conclude(hold, late: int | None, now: datetime, member) -> None:
    opened = actions.open_reviews_of(hold.record, now=now)
    review = next(one for one in opened if one.hold == hold)
    if late is not SILENT:
        _still_needed(hold, now)
    actions.conclude_record_review(
        review, no_duplicate=True, next_shown=actions.next_due(review, now), by=member, now=now
    )


def _still_needed(hold, now: datetime) -> None:
    letting_go.answer(
        hold, answer="still_needed", views="yes", sought_by="source", by=hold.source, now=now
    )


# --- The days of reminders and of escalation ----------------------------------------------------


def is_day_of_first_review(sent: date, day: date) -> bool:
    """The first mail's day, day 6, the due day (the seventh), then daily: counted from the day it
    was sent.
    """
    first, count = first_mail(sent), 0
    while sent < day:
        sent, count = step_by_step(sent), count + 1
    return day == first or (count == 6 and day > first) or count >= 7


def first_mail(sent: date) -> date:
    """Day 4, or two working days before the day to act by if that is earlier."""
    act_by = sent + timedelta(days=7)
    while not clock.is_working_day(act_by):
        act_by -= timedelta(days=1)
    early, passed = act_by, 0
    while passed < 2:
        early -= timedelta(days=1)
        passed += clock.is_working_day(early)
    return min(early, sent + timedelta(days=4))


def test_a_first_review_is_mailed_first_on_the_fourth_day_or_two_working_days_before_it_must_be():
    for sent in EVERY_DAY:
        due = clock.first_review_due(at(sent))
        found = reminder_days.first_mail_of_first_review(due, asked_on=sent)
        assert sent < found == first_mail(sent)
        # Whoever is mailed then has the two working days; so silence is recorded on the day.
        assert reminder_days.silent_from(found, due) == clock.act_by(due)


@pytest.mark.parametrize(
    ("asked_on", "silent_from"),
    [
        # Of what was sent on Friday 18 December 2026, to be concluded by Thursday 24 December.
        (date(2026, 12, 22), date(2026, 12, 24)),
        (date(2026, 12, 23), date(2026, 12, 29)),
        (date(2026, 12, 25), date(2026, 12, 30)),
        (date(2027, 1, 4), date(2027, 1, 6)),
    ],
)
def test_whoever_is_asked_late_is_mailed_that_day_and_has_two_working_days(asked_on, silent_from):
    due = date(2026, 12, 25)
    first = reminder_days.first_mail_of_first_review(due, asked_on=asked_on)
    assert first == asked_on
    assert reminder_days.silent_from(first, due) == silent_from


def is_day_of_six_monthly(due: date, day: date) -> bool:
    """28, 14 and 7 days before, the due day, then weekly: the same weekday, from 28 days before,
    but not 21 days before.
    """
    if day.isoweekday() != due.isoweekday() or stepped(day, 28) < due:
        return False
    return stepped(day, 21) != due


def test_a_source_is_reminded_of_a_first_review_on_day_4_6_7_and_daily():
    for sent in EVERY_DAY:
        due = clock.first_review_due(at(sent))
        far = sent + timedelta(days=12)
        expected = [day for day in _days(sent, 12) if is_day_of_first_review(sent, day)]
        first = first_mail(sent)
        assert reminder_days.FIRST_REVIEW.days(first, due, after=sent, until=far) == expected


def test_a_source_is_reminded_of_a_six_monthly_review_four_weeks_before_and_weekly_after():
    for due in EVERY_DAY[::7] + [date(2028, 2, 29), date(2027, 8, 31)]:
        begins = due - timedelta(days=35)
        expected = [day for day in _days(begins, 65) if is_day_of_six_monthly(due, day)]
        first = reminder_days.first_mail_of_six_monthly(due)
        until = begins + timedelta(days=65)
        found = reminder_days.SIX_MONTHLY.days(first, due, after=begins, until=until)
        assert found == expected
        assert [(day - due).days for day in found] == [-28, -14, -7, 0, 7, 14, 21, 28]


@pytest.mark.parametrize("kind", [reminder_days.FIRST_REVIEW, reminder_days.SIX_MONTHLY])
def test_the_next_day_of_a_reminder_is_the_first_of_those_that_follow(kind):
    due = date(2028, 2, 29)
    first = due - timedelta(days=4)
    for after in _days(due - timedelta(days=40), 120):
        later = kind.days(first, due, after=after, until=after + timedelta(days=60))
        assert kind.following(first, due, after=after) == later[0]


def test_managers_and_leads_hear_of_it_after_so_many_days():
    assert (reminder_days.FIRST_REVIEW.manager, reminder_days.FIRST_REVIEW.lead) == (1, 3)
    assert (reminder_days.SIX_MONTHLY.manager, reminder_days.SIX_MONTHLY.lead) == (7, 14)


def _days(after: date, count: int) -> list[date]:
    days = []
    for _ in range(count):
        after = step_by_step(after)
        days.append(after)
    return days
