"""A review that is asked for because something changed: by whom, when it asks, how it ends."""

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from logbook.models import Entry
from shielding import tasks
from shielding.accounts import suspending
from shielding.accounts.models import User
from shielding.checks.actions import Found
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record, Review
from shielding.notices.models import Notice
from shielding.reviews import actions as review_actions
from shielding.reviews import policies, reminders
from shielding.reviews.added import actions
from shielding.unshield import actions as unshield_actions
from shielding.web.refusals import Refused
from tests.concurrency.support.sessions import impatient, two_sessions
from tests.shielding.accounts.deputies.support.deputies import named
from tests.support.people import a_practitioner, an_auditor, an_iw_member
from tests.support.replay import replay
from tests.support.requests import a_number
from tests.support.shielded_records import DAY, agreed_holds, at, hold_on, let_go
from tests.support.statements import Statements

pytestmark = pytest.mark.django_db
# Monday 4 May is a bank holiday.
THURSDAY, FRIDAY, TUESDAY = date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 5)


def ask(hold: Hold, *, by: User | None = None, on: date = THURSDAY, hour: int = 10, **why: str):
    return actions.ask_for_review(
        hold, by=by or hold.source, now=at(on, hour), **{"reason": "risk_lower"} | why
    )


def say(hold: Hold, on: date, answer: str = "still_needed", by: User | None = None) -> None:
    letting_go.answer(
        hold, answer=answer, views="no", sought_by="", by=by or hold.source, now=at(on)
    )


def conclude(review: Review, on: date, by: User | None = None, **more) -> Review:
    review = Review.objects.get(pk=review.pk)
    given = {"no_duplicate": True, "next_shown": policies.stays_due(review)} | more
    return review_actions.conclude_added_review(
        review, by=by or an_iw_member(), now=at(on), **given
    )


def refused(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(*args, **kwargs)
    return refusal.value.code


def asked_of(hold: Hold) -> list[Consultation]:
    of_added = Consultation.objects.filter(hold=hold, review__kind="added")
    return list(of_added.select_related("review"))


def facts(event: str) -> dict:
    return json.loads(Entry.objects.get(event=event).facts)


def test_it_asks_its_source_at_once_for_seven_days_and_moves_no_date():
    hold, other = agreed_holds(a_practitioner(), a_practitioner())
    before = Hold.objects.values_list("review_due").order_by("id")
    dates = [*before, Record.objects.get().review_due]
    review = ask(hold, reason="whereabouts_known")
    assert (review.due, review.hold, review.reason) == (
        THURSDAY + 7 * DAY, hold, "whereabouts_known",
    )  # fmt: skip
    (asked,) = asked_of(hold)
    assert (asked.asked_at, asked.first_mail_on) == (at(THURSDAY), FRIDAY + 3 * DAY)
    assert asked_of(other) == []
    entry = Entry.objects.get(event="review_asked_for")
    assert (entry.reference, entry.record) == (review.reference, hold.record.reference)
    assert facts("review_asked_for") == {
        "hold": hold.reference, "reason": "whereabouts_known", "due": "2026-05-07",
        "asks_from": "2026-04-30",
    }  # fmt: skip
    say(hold, FRIDAY)
    assert refused(say, hold, FRIDAY + 3 * DAY) == "not_asked"
    concluded = conclude(review, FRIDAY)
    assert (concluded.outcome, concluded.next_due, concluded.days_late) == ("continues", None, 0)
    assert [*before.all(), Record.objects.get().review_due] == dates
    assert facts("added_review_concluded") == {"outcome": "continues", "days_late": 0}
    assert ask(hold, on=TUESDAY).due == TUESDAY + 7 * DAY
    assert replay()[0] == []


def test_the_answer_is_for_a_six_monthly_review_that_asks_and_not_for_one_that_does_not():
    (hold,) = agreed_holds()
    due = hold.review_due
    ask(hold, on=due - 30 * DAY)
    say(hold, due - 30 * DAY)
    review_actions.open_reviews_of(hold.record, now=at(due - 20 * DAY))
    (six_monthly,) = hold.consultations.six_monthly()
    assert (six_monthly.answer, six_monthly.review.due) == ("", due)


def test_who_may_ask_and_who_may_not():
    manager = a_practitioner()
    peer = a_practitioner(service=manager.service)
    a_practitioner(service=manager.service, manager=peer)
    source = a_practitioner(service=manager.service, manager=manager)
    colleague, other = a_practitioner(service=manager.service), a_practitioner()
    hold, others = agreed_holds(source, other)
    for stranger in (colleague, other, peer, an_auditor()):
        assert refused(ask, hold, by=stranger) == "not_allowed"
    named(manager, peer, THURSDAY, 1, now=at(THURSDAY, 8))
    for allowed in (source, manager, peer, an_iw_member()):
        with transaction.atomic():
            assert ask(hold, by=allowed).asked_for_by == allowed
            transaction.set_rollback(True)
    assert refused(ask, others, by=manager) == "not_allowed"
    assert not Review.objects.added().exists()


def test_a_second_one_of_a_hold_a_foreign_reason_and_one_that_ended_are_refused():
    hold, other = agreed_holds(a_practitioner(), a_practitioner())
    assert refused(ask, hold, reason="hearsay") == "no_reason"
    ask(hold)
    for by in (hold.source, an_iw_member()):
        assert refused(ask, hold, by=by, reason="complaint") == "already_open"
    assert ask(other).reason == "risk_lower"
    let_go(hold, now=at(FRIDAY))
    assert refused(ask, hold) == "already_released"
    assert Review.objects.added().count() == Consultation.objects.filter(
        review__kind="added"
    ).count() == 2  # fmt: skip


def test_two_sources_whom_the_iw_team_asks_hear_of_it_a_working_day_apart():
    member = an_iw_member()
    first, second, third, fourth = agreed_holds(*(a_practitioner() for _ in range(4)))
    ask(first, by=member, on=FRIDAY)
    later = ask(second, by=member, on=FRIDAY, hour=11)
    assert (later.opened_at, later.due) == (at(TUESDAY, 11), TUESDAY + 7 * DAY)
    assert ask(third, by=member, on=FRIDAY, hour=12).due == TUESDAY + 8 * DAY
    # Nobody else waits because of these: who asks for their own is asked at once.
    assert asked_of(fourth) == [] == asked_of(second)
    ask(fourth, on=FRIDAY, hour=13)
    assert len(asked_of(fourth)) == 1
    assert refused(conclude, later, FRIDAY) == "answers_owed"
    tasks.ROUND["open_reviews"](at(TUESDAY), at(TUESDAY))
    assert asked_of(second) == []
    for _ in range(2):
        tasks.ROUND["open_reviews"](at(TUESDAY, 11), at(TUESDAY, 11))
    (asked,) = asked_of(second)
    assert (asked.asked_at, asked.first_mail_on) == (at(TUESDAY, 11), TUESDAY + 3 * DAY)
    assert asked_of(third) == []
    assert refused(ask, third, by=member, on=TUESDAY) == "already_open"
    other = ask(agreed_holds()[0], by=member, on=FRIDAY)
    assert other.opened_at == at(FRIDAY)
    assert replay()[0] == []


@pytest.mark.django_db(transaction=True)
def test_a_busy_record_keeps_no_other_source_from_being_asked_and_nobody_is_asked_twice():
    member, waiting = an_iw_member(), []
    for _ in range(2):
        first, second = agreed_holds(a_practitioner(), a_practitioner())
        ask(first, by=member, on=FRIDAY)
        waiting.append((ask(second, by=member, on=FRIDAY), second))
    (busy, of_busy), (_, free) = waiting
    with two_sessions() as (one, _), impatient():
        one.run("SELECT 1 FROM shielding_record WHERE id = %s FOR UPDATE", busy.record_id)
        actions.begin_reviews(at(TUESDAY))
        assert (len(asked_of(of_busy)), len(asked_of(free))) == (0, 1)
    for _ in range(2):
        actions.begin_review(busy, now=at(TUESDAY))
    assert len(asked_of(of_busy)) == 1


def test_nor_are_two_mailed_first_on_one_day_before_a_holiday():
    member, pairs = an_iw_member(), []
    # The first mails of what opens on the last two of these days before a holiday fall together.
    for friday in (date(2026, 3, 27), date(2026, 12, 18)):
        holds = agreed_holds(a_practitioner(), a_practitioner())
        for hold in holds:
            begins = ask(hold, by=member, on=friday).opened_at
            tasks.ROUND["open_reviews"](begins, begins)
        pairs.append([asked_of(hold)[0].first_mail_on for hold in holds])
    assert [first for first, second in pairs if second <= first] == []
    assert pairs[0] == [date(2026, 3, 31), date(2026, 4, 1)]


def test_a_weekend_between_them_is_no_working_day():
    saturday = FRIDAY + DAY
    first, second = agreed_holds(a_practitioner(), a_practitioner())
    ask(first, on=saturday)
    assert ask(second, by=an_iw_member(), on=saturday + DAY).opened_at == at(TUESDAY)


def scene(case: str) -> Hold:
    """Return a hold of whose record another is asked about, or none; or of which one waits."""
    member = an_iw_member()
    hold, *others = agreed_holds(*(a_practitioner() for _ in range(1 if case == "alone" else 2)))
    for other in others:
        ask(other, by=member)
    if case == "waits":
        assert ask(hold, by=member, reason="complaint").opened_at == at(FRIDAY)
    return hold


def test_who_asks_reads_nothing_of_others_from_when_and_how_it_is_asked():
    found, counts = [], []
    for case in ("alone", "another is asked", "waits"):
        hold = scene(case)
        with Statements() as statements:
            review = ask(hold, hour=12, reason="consent_given")
        counts.append([one["sql"].split()[0] for one in statements.captured_queries])
        (asked,) = asked_of(hold)
        found.append((review.due, asked.asked_at, asked.first_mail_on, asked.remind_on))
        assert (review.reason, review.asked_for_by) == ("consent_given", hold.source)
        assert refused(ask, hold, hour=13) == "already_open"
    assert found == [found[0]] * 3
    assert found[0][1] == at(THURSDAY, 12)
    assert counts[0] == counts[1]
    assert len(counts[0]) == len(counts[2])
    tasks.ROUND["open_reviews"](at(FRIDAY), at(FRIDAY))
    assert len(asked_of(hold)) == 1
    assert replay()[0] == []


def test_a_first_mail_on_the_fourth_day_then_the_sixth_the_due_day_and_daily():
    manager, lead = a_practitioner(), an_iw_member(lead=True)
    (hold,) = agreed_holds(a_practitioner(service=manager.service, manager=manager))
    Notice.objects.overtake()
    before = Notice.objects.count()
    review = ask(hold)
    assert Notice.objects.count() == before
    days = {}
    for count in range(3, 11):
        reminders.raise_reminders(at(THURSDAY + count * DAY))
        raised = Notice.objects.order_by("id")[before:]
        days[count] = sorted((one.kind, one.recipient) for one in raised)
        before += len(raised)
    reminder = ("review_reminder", hold.source)
    assert {count: found for count, found in days.items() if found} == {
        4: [reminder], 6: [reminder], 7: [reminder], 9: [reminder],
        8: [("review_overdue_manager", manager), reminder],
        10: [("review_overdue_lead", lead), reminder],
    }  # fmt: skip
    assert review.due == THURSDAY + 7 * DAY


def test_silence_is_recorded_on_the_day_to_act_by_and_what_was_seen_may_leave_it_open():
    (hold,) = agreed_holds()
    review, member = ask(hold), an_iw_member()
    due = hold.review_due
    assert refused(conclude, review, review.due - DAY) == "answers_owed"
    for by in (hold.source, an_auditor()):
        assert refused(conclude, review, review.due, by=by) == "not_allowed"
    for wrong in ({"no_duplicate": False}, {"next_shown": review.due}):
        assert refused(conclude, review, review.due, **wrong) == "check_incomplete"
    left = conclude(review, review.due, by=member, no_duplicate=False, saw=Found("open"))
    assert left.concluded_at is None
    done = conclude(review, review.due + 2 * DAY, by=member)
    assert (done.outcome, done.days_late) == ("continues", 2)
    assert asked_of(hold)[0].answer == "no_answer"
    with pytest.raises(Refused, match="already_concluded") as again, transaction.atomic():
        conclude(review, review.due + 3 * DAY)
    assert again.value.message.startswith(f"{member.name} concluded this review on 9 May")
    assert Hold.objects.get(pk=hold.pk).review_due == due


@pytest.mark.parametrize("stays", [True, False], ids=["another asks", "nobody asks"])
def test_let_go_it_asks_no_more_and_is_concluded_as_such(stays):
    member = an_iw_member()
    other, hold = agreed_holds(a_practitioner(), a_practitioner())
    of_other, waits = ask(other, by=member), ask(hold, by=member)
    let_go(hold, now=at(THURSDAY, 11))
    tasks.ROUND["open_reviews"](at(FRIDAY), at(FRIDAY))
    assert asked_of(hold) == []
    if not stays:
        let_go(other, now=at(FRIDAY, 11))
        assert [one.answer for one in asked_of(other)] == ["let_go"]
    outcome = conclude(waits, FRIDAY).outcome
    assert outcome == ("let_go" if stays else "nobody_asks")
    if not stays:
        unshield_actions.begin_unshield(other.record, by=member, now=at(TUESDAY + 2 * DAY))
        record = Record.objects.get(pk=other.record_id)
        second = an_iw_member()
        unshield_actions.confirm_unshield(record, by=second, now=at(TUESDAY + 2 * DAY))
        of_other.refresh_from_db()
        assert (of_other.outcome, of_other.concluded_by) == ("unshielded", second)
        assert facts("added_review_ended")["outcome"] == "unshielded"
    assert replay()[0] == []


def test_one_added_beside_a_first_review_leaves_that_to_be_asked_by_its_mail():
    hold = hold_on(a_number())
    with transaction.atomic():
        first = review_actions.open_request_review(
            hold.record, hold=hold, reference=hold.reference, submitted_at=at(THURSDAY),
            by=hold.source,
        )  # fmt: skip
    added = ask(hold)
    say(hold, FRIDAY)
    mail_day = FRIDAY + 3 * DAY
    assert [one.review for one in Consultation.objects.to_ask(at(mail_day))] == [first]
    assert conclude(added, FRIDAY).outcome == "continues"


def test_postgresql_refuses_two_open_ones_of_a_hold_and_one_without_a_reason():
    (hold,) = agreed_holds()
    review = ask(hold)
    for wrong in ({}, {"reason": "", "concluded_at": None}, {"reason": "hearsay"}, {"hold": None}):
        row = {
            "kind": "added", "reference": "IW-3333-3333", "record": hold.record, "hold": hold,
            "opened_at": at(FRIDAY), "due": TUESDAY, "reason": "complaint",
            "asked_for_at": at(FRIDAY), "asked_for_by": hold.source,
        }  # fmt: skip
        with pytest.raises(IntegrityError, match="review_"), transaction.atomic():
            Review.objects.create(**row | wrong)
    assert list(Review.objects.open()) == [review]


def test_of_somebody_whose_account_is_suspended_the_answer_is_got_by_phone():
    (hold,) = agreed_holds()
    ask(hold)
    suspending.suspend(hold.source, by=an_iw_member(), now=at(THURSDAY, 12))
    assert [one.hold for one in Consultation.objects.by_phone(at(FRIDAY))] == [hold]
    say(hold, FRIDAY, by=an_iw_member())
    assert not Consultation.objects.by_phone(at(FRIDAY)).exists()
