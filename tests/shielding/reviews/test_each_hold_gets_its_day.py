"""The upgrade that gives every standing hold the day of its own six-monthly review."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from logbook.models import Entry
from logbook.reading import facts_of
from logbook.references import new_reference
from shielding import clock
from shielding.models import Consultation, Hold, Record, Review
from shielding.operations.database_roles import as_owner
from shielding.reviews import actions
from tests.shielding.support.dates import six_months_on
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.replay import fold, replay
from tests.support.shielded_records import DAY, at, let_go, place, shielded_for
from tests.support.versions import migrate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.behind_the_acts("rows of an older version"),
]
BEFORE = "0004_ask_open_reviews"


def ago(days: int) -> datetime:
    return at(timezone.localdate() - days * DAY)


def write(sql: str, *values: Any) -> Any:
    """Run one statement of the older version as the owner; return its first column, if any."""
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if cursor.description else None


def entry(event: str, *, reference: str, record: str, facts: str, at: datetime, by: Any) -> None:
    write(
        "INSERT INTO logbook_entry"
        " (schema, salt, at, actor, role, service, event, reference, record, facts) VALUES"
        " (1, uuid_send(gen_random_uuid()), %s, %s, %s, '', %s, %s, %s, %s)",
        at,
        by.uid if by else None,
        by.role if by else "",
        event,
        reference,
        record,
        facts,
    )


@dataclass
class Shared:
    """A review of a record as the older version held it: it asks everybody at once."""

    record: Record
    holds: list[Hold]
    due: date

    def __post_init__(self) -> None:
        self.reference = new_reference()
        opened = at(self.due - 28 * DAY)
        self.key = write(
            "INSERT INTO shielding_review"
            " (kind, reference, record_id, opened_at, due, outcome, no_duplicate)"
            " VALUES ('record', %s, %s, %s, %s, '', false) RETURNING id",
            self.reference,
            self.record.pk,
            opened,
            self.due,
        )
        of_record = {"record": self.record.reference, "at": opened, "by": None}
        entry(
            "record_review_opened",
            reference=self.reference,
            facts=f'{{"due":"{self.due}"}}',
            **of_record,
        )
        for hold in self.holds:
            write(
                "INSERT INTO shielding_consultation (reference, review_id, hold_id, asked_at,"
                " remind_on, answer, on_word, views, views_sought_by)"
                " VALUES (%s, %s, %s, %s, %s, '', false, '', '')",
                new_reference(),
                self.key,
                hold.pk,
                opened,
                self.due,
            )
            entry(
                "source_asked",
                reference=hold.reference,
                facts=f'{{"review":"{self.reference}"}}',
                **of_record,
            )

    def say(self, hold: Hold, answer: str, on: date, by: Any) -> None:
        views = "no" if answer == "still_needed" else ""
        write(
            "UPDATE shielding_consultation SET answer = %s, views = %s, answered_at = %s,"
            " answered_by_id = %s WHERE review_id = %s AND hold_id = %s",
            answer,
            views,
            at(on),
            by.pk,
            self.key,
            hold.pk,
        )
        said = f'{{"answer":"{answer}","review":"{self.reference}"}}'
        if views:
            said = said[:-1] + ',"on_word":false,"sought_by":"","views":"no"}'
        event = "consultation_answered" if views else "consultation_closed"
        entry(event, reference=hold.reference, record="", facts=said, at=at(on), by=by)

    def conclude(self, on: date, by: Any) -> None:
        next_due, late = six_months_on(min(self.due, on)), max(0, (on - self.due).days)
        write(
            "UPDATE shielding_review SET concluded_at = %s, concluded_by_id = %s, days_late = %s,"
            " outcome = 'continues', no_duplicate = true, next_due = %s WHERE id = %s",
            at(on),
            by.pk,
            late,
            next_due,
            self.key,
        )
        write("UPDATE shielding_record SET review_due = %s WHERE id = %s", next_due, self.record.pk)
        facts = f'{{"days_late":{late},"next_due":"{next_due}","outcome":"continues"}}'
        entry(
            "record_review_concluded",
            reference=self.reference,
            record=self.record.reference,
            facts=facts,
            at=at(on),
            by=by,
        )


@dataclass
class Before:
    """A database of the older version, and the day that each standing hold is to get.

    `early` would get one later than six months from the day of the upgrade, and gets that.
    """

    days: dict[str, date]
    early: str
    open_review: str
    answered: Hold
    silent: Hold
    nobodys: Record
    member: Any


@pytest.fixture
def before(transactional_db: None) -> Iterator[Before]:
    """Records reviewed, under review and never reviewed; of today again, whatever happened."""
    member, today = an_iw_member(), timezone.localdate()
    (first,), (said,), (mute,), (early,) = (
        shielded_for(now=ago(days)) for days in (170, 300, 300, 180)
    )
    second, third, young = place(first.record, now=ago(100)), place(said.record, now=ago(60)), None
    (young,) = shielded_for(now=ago(40))
    (gone,) = shielded_for(now=ago(100))
    let_go(gone, now=ago(90))
    for one in (first, said, mute, early, second, third, young, gone):
        assert one.record  # read by now: the older version has not every column of today's
    migrate("shielding", BEFORE)
    try:
        due = six_months_on(clock.today(first.placed_at))
        asking = Shared(first.record, [first, second], due)
        asking.say(first, "still_needed", today - 3 * DAY, first.source)
        of_said = Shared(said.record, [said], due := six_months_on(clock.today(said.placed_at)))
        of_said.say(said, "still_needed", due - 10 * DAY, said.source)
        of_said.conclude(due + 4 * DAY, member)
        of_mute = Shared(mute.record, [mute], due)
        of_mute.say(mute, "no_answer", due + 9 * DAY, member)
        of_mute.conclude(due + 9 * DAY, member)
        # Concluded on the Friday before its due day, which is still to come.
        of_early = Shared(early.record, [early], today + 2 * DAY)
        of_early.say(early, "no_answer", today - DAY, member)
        of_early.conclude(today - DAY, member)
        days = {
            first.reference: asking.due, second.reference: asking.due,
            said.reference: six_months_on(due - 10 * DAY), mute.reference: six_months_on(due),
            third.reference: six_months_on(clock.today(third.placed_at)),
            young.reference: six_months_on(clock.today(young.placed_at)),
        }  # fmt: skip
        yield Before(days, early.reference, asking.reference, first, second, gone.record, member)
    finally:
        migrate()


def test_every_standing_hold_gets_its_day_and_it_is_an_entry(before):
    """One upgrade, asked three things: each would cost a test as much time as all else in it."""
    entries_and_tables_agree()
    entries = Entry.objects.count()
    of_nobody = Record.objects.values_list("review_due", flat=True).get(pk=before.nobodys.pk)
    migrate()
    upgraded_on = clock.today(Entry.objects.filter(event="hold_review_dated").latest("id").at)
    days = before.days | {before.early: six_months_on(upgraded_on)}
    standing = Hold.objects.standing()
    assert dict(standing.values_list("reference", "review_due")) == days
    assert not Hold.objects.exclude(released_at=None).exclude(review_due=None).exists()
    told = Entry.objects.filter(event="hold_review_dated")
    assert {one.reference: facts_of(one)["due"] for one in told} == {
        reference: day.isoformat() for reference, day in days.items()
    }
    (other,) = Entry.objects.filter(event="record_review_dated")
    assert (other.record, facts_of(other)["due"]) == (
        before.nobodys.reference,
        of_nobody.isoformat(),
    )
    assert Entry.objects.count() == entries + len(days) + 1
    for record in Record.objects.all():
        of_holds = [days[one.reference] for one in record.holds.standing()]
        assert record.review_due == min(of_holds, default=of_nobody)
    entries_and_tables_agree_also_when_the_open_review_is_concluded(before)
    what_the_version_before_places_meanwhile_has_a_day()


def entries_and_tables_agree():
    """Of reviews and answers of the older version: of its other tables the code knows no more."""
    story, _ = fold(Entry.objects.order_by("id"))
    names = ("due", "outcome", "days_late", "next_due")
    for row in Review.objects.values("reference", *names):
        assert {name: story.reviews[row["reference"]][name] for name in names} == {
            name: row[name] for name in names
        }
    asked = Consultation.objects.values_list("review__reference", "hold__reference", "answer")
    assert {(review, hold): said for review, hold, said in asked} == {
        pair: row["answer"] for pair, row in story.asked.items()
    }


def entries_and_tables_agree_also_when_the_open_review_is_concluded(before):
    assert replay()[0] == []
    review = Review.objects.get(reference=before.open_review)
    now = max(at(review.due), timezone.now())
    actions.open_due_reviews(now)
    assert review.consultations.count() == 2
    mine = Consultation.objects.six_monthly().filter(hold__in=[before.answered, before.silent])
    assert mine.count() == 2  # they are asked in the open one, and in no other beside it
    actions.conclude_record_review(
        review,
        no_duplicate=True,
        next_shown=actions.next_due(review, now),
        by=before.member,
        now=now,
    )
    answered_on = timezone.localdate() - 3 * DAY
    assert _days(before.answered, before.silent) == [
        six_months_on(min(review.due, answered_on)),
        six_months_on(review.due),
    ]
    assert replay()[0] == []


def _days(*holds: Hold) -> list[date]:
    return [Hold.objects.get(pk=hold.pk).review_due for hold in holds]


def what_the_version_before_places_meanwhile_has_a_day():
    hold = Hold.objects.standing().first()
    columns = "record_id, source_id, service_id, ground, episode, placed_at, placed_by_id"
    day = write(
        f"INSERT INTO shielding_hold (reference, released_how, family, {columns})"
        f" SELECT 'IW-2222-2222', '', '', {columns} FROM shielding_hold WHERE id = %s"
        " RETURNING review_due",
        hold.pk,
    )
    assert day == six_months_on(timezone.localdate())


MANY = """
ALTER TABLE shielding_record DISABLE TRIGGER USER;
ALTER TABLE shielding_hold DISABLE TRIGGER USER;
INSERT INTO shielding_record (reference, uid, number, blind_index, state, episode,
    episode_started_at, applied_at, applied_by_id, review_due)
SELECT 'R-' || n, gen_random_uuid(), uuid_send(gen_random_uuid()), uuid_send(gen_random_uuid()),
    'shielded', 1, now(), now(), %(by)s, current_date + n %% 180
FROM generate_series(1, 51100) n;
INSERT INTO shielding_hold (reference, record_id, source_id, service_id, ground, episode, placed_at,
    placed_by_id, released_how)
SELECT record.reference || '-' || each, record.id, %(by)s, %(service)s, 'abuse', 1,
    now() - (record.id %% 400 + each) * interval '1 day', %(by)s, ''
FROM shielding_record record, generate_series(1, 2) each WHERE record.reference LIKE 'R-%%';
INSERT INTO shielding_review (kind, reference, record_id, opened_at, due, outcome, no_duplicate,
    concluded_at, concluded_by_id, days_late)
SELECT 'record', 'V-' || id, id, now(), current_date - id::int %% 150, 'continues', true, now(),
    %(by)s, 0
FROM shielding_record WHERE reference LIKE 'R-%%';
INSERT INTO shielding_consultation (reference, review_id, hold_id, asked_at, remind_on, answer,
    answered_at, answered_by_id, on_word, views, views_sought_by)
SELECT 'C-' || hold.id, review.id, hold.id, now(), review.due, 'still_needed', now(), %(by)s, false,
    'no', ''
FROM shielding_hold hold JOIN shielding_review review ON review.record_id = hold.record_id
WHERE review.reference LIKE 'V-%%';
ALTER TABLE shielding_record ENABLE TRIGGER USER;
ALTER TABLE shielding_hold ENABLE TRIGGER USER;
"""


@pytest.mark.soak
def test_it_is_fast_with_a_council_s_records(transactional_db, capsys):
    source = a_practitioner()
    values = {"by": source.pk, "service": a_service().pk}
    migrate("shielding", BEFORE)
    try:
        with as_owner(connection), connection.cursor() as cursor:
            cursor.execute(MANY, values)
    finally:
        begun = perf_counter()
        migrate()
        taken = perf_counter() - begun
    assert Hold.objects.exclude(review_due=None).count() == 2 * 51_100
    with capsys.disabled():
        print(f"\n51,100 records with 102,200 holds dated in {taken:.1f} s")  # noqa: T201 - figure
    assert timedelta(seconds=taken) < timedelta(minutes=1)
