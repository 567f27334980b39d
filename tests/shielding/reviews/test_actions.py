"""Six-monthly reviews: each of one hold, opened in time, concluded alone, never slipping."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as asking
from shielding import clock
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record, Review
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews import actions as review_actions
from shielding.web.refusals import NotAllowed, WrongState
from tests.concurrency.support.sessions import impatient, two_sessions
from tests.requests_app.support.desk_caseload import a_phoned_request
from tests.support import hand_overs
from tests.support.people import a_practitioner, a_service, an_iw_member
from tests.support.requests import NOW, a_number, a_request
from tests.support.shielded_records import (
    GONE,
    agreed_holds,
    at,
    being_unshielded,
    let_go,
    nobody_asks,
    place,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 2)


def opened(on: date) -> Review | None:
    review_actions.open_due_reviews(at(on))
    return Review.objects.of_records().order_by("-id").first()


def conclude(review: Review, *, on: date, by=None, **changed) -> Review:
    now = at(on)
    given = {"no_duplicate": True, "next_shown": review_actions.next_due(review, now)} | changed
    return review_actions.conclude_record_review(review, by=by or an_iw_member(), now=now, **given)


def holds_asked() -> list[tuple[Hold, date]]:
    """Return whom the open six-monthly reviews ask, each with its due day, the earliest first."""
    asked = Consultation.objects.filter(review__in=Review.objects.open().of_records())
    return [(one.hold, one.review.due) for one in asked.order_by("review__due", "id")]


def test_each_hold_is_due_six_months_after_its_own_day_and_its_record_has_the_earliest():
    number = a_number()
    first = a_request(number=number).hold
    other = a_request(number=number, now=NOW + timedelta(days=40)).hold
    assert (first.review_due, other.review_due) == (DUE, date(2026, 10, 11))
    assert Record.objects.get().review_due == DUE
    let_go(first)
    assert Record.objects.get().review_due == date(2026, 10, 11)


def test_it_is_opened_28_days_before_for_each_hold_that_stands_alone():
    one, two, gone = agreed_holds(a_practitioner(), a_practitioner(), a_practitioner())
    let_go(gone)
    assert opened(DUE - timedelta(days=29)) is None
    opened(DUE - timedelta(days=28))
    assert holds_asked() == [(one, DUE), (two, DUE)]
    reviews = Review.objects.of_records().order_by("hold")
    assert [review.hold for review in reviews] == [one, two]
    assert {review.consultations.get().hold for review in reviews} == {one, two}
    assert not {one.reference, two.reference} & {review.reference for review in reviews}


def test_opening_again_changes_nothing():
    agreed_holds()
    opened(DUE)
    opened(DUE)
    assert Review.objects.of_records().count() == 1


def test_who_joins_while_a_review_is_open_is_asked_on_their_own_day_and_not_before():
    """Else whoever sends a request learns within a minute that the record was shielded already."""
    (hold,) = agreed_holds()
    opened(DUE)
    joined = place(hold.record, now=at(DUE))
    opened(DUE)
    assert holds_asked() == [(hold, DUE)]
    own = date(2027, 3, 2)
    opened(own - timedelta(days=29))
    assert holds_asked() == [(hold, DUE)]
    opened(own - timedelta(days=28))
    assert holds_asked() == [(hold, DUE), (joined, own)]


def test_an_older_source_is_asked_when_they_would_be_alone_whoever_joined():
    (hold,) = agreed_holds()
    place(hold.record, now=NOW + timedelta(days=3))
    opened(DUE - timedelta(days=28))
    assert holds_asked() == [(hold, DUE)]


def test_a_shield_nobody_asks_for_any_more_is_reviewed_all_the_same():
    nobody_asks()
    review = conclude(opened(DUE), on=DUE)
    assert (review.outcome, Record.objects.get().state) == ("nobody_asks", states.SHIELDED)


def still_needed(hold: Hold, *, on: date) -> None:
    letting_go.answer(
        hold, answer="still_needed", views="yes", sought_by="source", by=hold.source, now=at(on)
    )


@pytest.mark.parametrize("concluded_after", [-10, -5, 0, 70])
def test_the_next_date_is_counted_from_the_source_s_own_answer_whenever_it_is_concluded(
    concluded_after,
):
    (hold,) = agreed_holds()
    review = opened(DUE - timedelta(days=10))
    still_needed(hold, on=DUE - timedelta(days=10))
    review = conclude(review, on=DUE + timedelta(days=concluded_after))
    hold.refresh_from_db()
    assert (review.outcome, review.days_late) == ("continues", max(0, concluded_after))
    own = date(2027, 2, 23)
    assert review.next_due == hold.review_due == Record.objects.get().review_due == own


def test_an_answer_past_the_due_day_counts_from_the_due_day():
    (hold,) = agreed_holds()
    review = opened(DUE)
    still_needed(hold, on=DUE + timedelta(days=9))
    assert conclude(review, on=DUE + timedelta(days=9)).next_due == date(2027, 3, 2)


def test_each_review_of_a_record_is_concluded_alone_and_moves_one_hold():
    (older,) = agreed_holds()
    younger = place(older.record, now=NOW + timedelta(days=10))
    opened(DUE)
    still_needed(older, on=DUE)
    conclude(Review.objects.get(hold=older, kind="record"), on=DUE)
    older.refresh_from_db()
    younger.refresh_from_db()
    assert (older.review_due, younger.review_due) == (date(2027, 3, 2), date(2026, 9, 12))
    assert Record.objects.get().review_due == date(2026, 9, 12)
    assert holds_asked() == [(younger, date(2026, 9, 12))]


def test_a_second_review_of_a_hold_opens_only_after_the_first_is_concluded_with_its_own_date():
    (hold,) = agreed_holds()
    review, late = opened(DUE), date(2027, 4, 1)
    opened(late)
    assert holds_asked() == [(hold, DUE)]
    conclude(review, on=late)
    opened(late)
    assert holds_asked() == [(hold, date(2027, 3, 2))]


@pytest.mark.parametrize("word", ["still_needed", "no_longer_needed"])
def test_the_source_may_answer_until_the_due_day_ends_though_it_was_concluded(word):
    """12 September 2026 is a Saturday: the IW Team may conclude on the Friday before."""
    (hold,) = agreed_holds(now=NOW + timedelta(days=10))
    due = date(2026, 9, 12)
    review = opened(due)
    conclude(review, on=due - timedelta(days=1))
    said = {"views": "yes", "sought_by": "source", "parting": GONE, "by": hold.source}
    letting_go.answer(hold, answer=word, **said, now=at(due, hour=22))
    hold.refresh_from_db()
    assert Consultation.objects.get(review=review).answer == word
    assert hold.is_standing is (word == "still_needed")
    with pytest.raises(WrongState):
        letting_go.answer(hold, answer=word, **said, now=at(due, hour=22))


def test_after_the_due_day_a_concluded_review_is_answered_no_more():
    (hold,) = agreed_holds(now=NOW + timedelta(days=10))
    due = date(2026, 9, 12)
    conclude(opened(due), on=due - timedelta(days=1))
    with pytest.raises(WrongState, match="not_asked"):
        still_needed(hold, on=due + timedelta(days=1))


def test_an_answer_between_conclusion_and_due_day_counts_the_next_date():
    (hold,) = agreed_holds(now=NOW + timedelta(days=11))
    due = date(2026, 9, 13)  # a Sunday
    conclude(opened(due), on=due - timedelta(days=2))
    still_needed(hold, on=due - timedelta(days=1))
    hold.refresh_from_db()
    assert hold.review_due == Record.objects.get().review_due == date(2027, 3, 12)


def test_letting_go_while_one_s_review_is_open_moves_no_other_and_is_concluded_as_such():
    (hold,) = agreed_holds()
    other = place(hold.record, now=NOW + timedelta(days=40))
    review = opened(DUE)
    let_go(hold, now=at(DUE))
    review = conclude(review, on=DUE)
    other.refresh_from_db()
    own = date(2026, 10, 11)
    assert (review.outcome, review.next_due, other.review_due) == ("let_go", own, own)
    assert Record.objects.get().review_due == own


def test_when_the_last_hold_goes_its_record_keeps_the_date_and_a_review_asks_nobody():
    (hold,) = agreed_holds()
    other = place(hold.record, now=NOW + timedelta(days=40))
    let_go(hold)
    let_go(other, now=NOW + timedelta(days=40))
    own = date(2026, 10, 11)
    assert opened(own - timedelta(days=29)) is None
    review = opened(own - timedelta(days=28))
    assert (review.hold, review.due, review.consultations.count()) == (None, own, 0)
    review = conclude(review, on=own)
    assert (review.outcome, review.next_due) == ("nobody_asks", date(2027, 4, 11))
    assert Record.objects.get().review_due == date(2027, 4, 11)


def test_once_nobody_asks_the_reviews_that_are_open_come_first():
    older = agreed_holds()[0]
    younger = place(older.record, now=NOW + timedelta(days=10))
    opened(DUE)
    for hold in (older, younger):
        let_go(hold, now=at(DUE))
    opened(DUE)
    of_older, of_younger = Review.objects.of_records().order_by("due")
    assert conclude(of_older, on=DUE).next_due == of_younger.due
    assert opened(DUE) == of_younger
    assert conclude(of_younger, on=DUE).next_due == date(2027, 3, 2)


def test_who_asks_while_a_review_that_asks_nobody_is_open_has_their_own_day():
    record = nobody_asks()
    review = opened(DUE)
    hold = place(record, now=at(DUE))
    opened(DUE)
    assert holds_asked() == []
    review = conclude(review, on=DUE)
    hold.refresh_from_db()
    own = date(2027, 3, 2)
    assert (review.outcome, review.next_due, hold.review_due) == ("continues", own, own)


def test_a_hand_over_keeps_the_date_with_the_hold():
    service = a_service()
    leaver, colleague = a_practitioner(service=service), a_practitioner(service=service)
    (hold,) = agreed_holds(leaver)
    hand_overs.hand_over(leaver, to=colleague, by=an_iw_member(), now=NOW + timedelta(days=90))
    hold.refresh_from_db()
    assert (hold.source, hold.review_due) == (colleague, DUE)
    opened(DUE)
    assert holds_asked() == [(hold, DUE)]


def test_a_hold_cancels_an_unshield_and_has_its_own_day():
    record = being_unshielded(an_iw_member())
    hold = place(record, now=NOW + timedelta(days=40))
    assert hold.review_due == Record.objects.get().review_due == date(2026, 10, 11)


def test_a_phoned_hold_without_an_account_is_reviewed_by_phone_on_its_own_day():
    phoned = a_phoned_request(service=a_service(), by=an_iw_member()).hold
    due = clock.next_review_due(clock.today(phoned.placed_at))
    opened(due)
    assert holds_asked() == [(phoned, due)]
    assert Consultation.objects.six_monthly().by_phone(at(due)).get().hold == phoned


def test_a_decision_looked_at_again_counts_from_the_day_the_hold_is_placed():
    now = NOW + timedelta(days=20)
    request = a_request(decision="considered")
    request = desk_actions.ask_to_look_again(
        request, query="ground", seen=request.changed_at, by=an_iw_member(), now=NOW
    )
    Request.objects.filter(pk=request.pk).update(
        decision="shield",
        considered_reason="",
        own_system="not_applicable",
        measures_considered=True,
        siblings_considered=True,
        lead_professional="me",
    )
    request = asking.resubmit(request, by=request.practitioner, now=now)
    assert request.hold.review_due == date(2026, 9, 22)


def test_postgresql_keeps_one_open_review_of_a_hold_and_a_day_for_each_that_stands():
    (hold,) = agreed_holds()
    review = opened(DUE)
    with pytest.raises(IntegrityError, match="review_one_open_per_hold"), transaction.atomic():
        Review.objects.create(
            kind="record",
            reference="IW-2222-2222",
            record=hold.record,
            hold=hold,
            opened_at=NOW,
            due=review.due,
        )
    with pytest.raises(IntegrityError, match="hold_standing_has_review_due"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(review_due=None)
    let_go(hold)
    for reference in ("IW-2222-2223", "IW-2222-2224"):
        made = {"kind": "record", "record": hold.record, "opened_at": NOW, "due": DUE}
        if reference.endswith("3"):
            Review.objects.create(reference=reference, **made)
            continue
        with pytest.raises(IntegrityError, match="review_one_open_of_nobody"), transaction.atomic():
            Review.objects.create(reference=reference, **made)


def test_lateness_is_kept_and_moves_no_date():
    agreed_holds()
    review = conclude(opened(DUE), on=DUE + timedelta(days=70))
    assert (review.days_late, review.next_due) == (70, date(2027, 3, 2))


def test_no_answer_is_recorded_from_the_day_to_act_on_and_counts_as_still_needed():
    (hold,) = agreed_holds()
    review = opened(DUE - timedelta(days=20))
    with pytest.raises(WrongState, match="answers_owed"):
        conclude(review, on=DUE - timedelta(days=1))
    conclude(review, on=DUE)
    hold.refresh_from_db()
    assert (Consultation.objects.get(review=review).answer, hold.is_standing) == ("no_answer", True)


@pytest.mark.parametrize("changed", [{"no_duplicate": False}, {"next_shown": date(2027, 1, 1)}])
def test_what_is_attested_and_what_was_shown_must_be_so(changed):
    agreed_holds()
    with pytest.raises(WrongState, match="check_incomplete"):
        conclude(opened(DUE), on=DUE, **changed)


def test_concluding_twice_says_who_was_there_before():
    agreed_holds()
    review = conclude(opened(DUE), on=DUE, by=an_iw_member(name="Ann Other"))
    with pytest.raises(WrongState) as refused:
        conclude(review, on=DUE)
    assert refused.value.message == "Ann Other concluded this review on 2 September 2026."


def test_only_the_iw_team_concludes_and_escalates():
    (hold,) = agreed_holds()
    review = opened(DUE)
    for act in (
        lambda: conclude(review, on=DUE, by=hold.source),
        lambda: review_actions.escalate_review(review, by=hold.source, now=at(DUE)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_escalating_calls_on_the_managers_of_those_who_owe():
    manager = a_practitioner()
    (hold,) = agreed_holds(a_practitioner(manager=manager))
    review = opened(DUE)
    Notice.objects.all().overtake()
    review_actions.escalate_review(review, by=an_iw_member(), now=at(DUE))
    assert set(Notice.objects.owed().values_list("recipient", flat=True)) == {
        hold.source_id,
        manager.pk,
    }
    conclude(review, on=DUE)
    with pytest.raises(WrongState, match="nobody_owes"):
        review_actions.escalate_review(review, by=an_iw_member(), now=at(DUE))


def test_concluding_mails_no_source_and_no_manager():
    one, _other = agreed_holds(a_practitioner(manager=a_practitioner()), a_practitioner())
    opened(DUE)
    Notice.objects.all().overtake()
    conclude(Review.objects.get(hold=one, kind="record"), on=DUE)
    assert not Notice.objects.owed().exists()


def test_an_episode_that_ends_takes_its_open_review_with_it_and_the_next_one_has_its_own():
    from shielding.unshield import actions as unshield_actions  # noqa: PLC0415 - the act that ends the episode

    record = nobody_asks()
    review = opened(DUE)
    record = unshield_actions.begin_unshield(record, by=an_iw_member(), now=at(DUE))
    unshield_actions.confirm_unshield(record, by=an_iw_member(), now=at(DUE))
    review.refresh_from_db()
    assert review.outcome == "unshielded"
    assert Entry.objects.filter(event="record_review_ended").count() == 1
    hold = place(record, now=at(DUE))
    assert opened(DUE).pk == review.pk
    assert opened(date(2027, 3, 2)).hold == hold


def test_a_review_that_is_not_near_is_not_opened():
    (hold,) = agreed_holds()
    assert review_actions.open_reviews_of(hold.record, now=NOW) == []
    assert not Review.objects.of_records().exists()


@pytest.mark.django_db(transaction=True)
def test_a_busy_record_keeps_no_other_review_from_being_opened():
    busy, other = agreed_holds()[0].record, agreed_holds()[0].record
    with two_sessions() as (one, _), impatient():
        one.run("SELECT 1 FROM shielding_record WHERE id = %s FOR UPDATE", busy.pk)
        opened(DUE)
        assert set(Review.objects.of_records().values_list("record", flat=True)) == {other.pk}
    opened(DUE)
    assert Review.objects.of_records().count() == 2
