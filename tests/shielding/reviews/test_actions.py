"""Six-monthly reviews: opened in time, asking every source, concluded, never slipping."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from logbook.models import Entry
from requests_app.desk import actions as desk_actions
from shielding.holds import actions as hold_actions
from shielding.models import Consultation, Hold, Record, Review
from shielding.notices.models import Notice
from shielding.records import states
from shielding.reviews import actions as review_actions
from shielding.web.refusals import NotAllowed, WrongState
from tests.concurrency.support.sessions import two_sessions
from tests.shielding.holds.test_actions import hold_on
from tests.support.people import a_practitioner, an_iw_member
from tests.support.requests import NOW, a_number, a_request, agreed
from tests.support.shielded_records import at, let_go, nobody_asks, place, shielded_for

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 2)


def opened(on: date) -> Review | None:
    review_actions.open_due_reviews(at(on))
    return Review.objects.of_records().order_by("-id").first()


def conclude(review: Review, *, on: date, by=None, **changed) -> Review:
    now = at(on)
    given = {"no_duplicate": True, "next_shown": review_actions.next_due(review, now)} | changed
    return review_actions.conclude_record_review(review, by=by or an_iw_member(), now=now, **given)


def test_it_is_due_six_months_after_the_first_hold_and_a_later_source_moves_it_no_later():
    number = a_number()
    a_request(number=number)
    a_request(number=number, now=NOW + timedelta(days=40))
    assert Record.objects.get().review_due == DUE


def test_it_is_opened_28_days_before_and_asks_every_standing_source():
    one, two, gone = shielded_for(a_practitioner(), a_practitioner(), a_practitioner())
    let_go(gone)
    assert opened(DUE - timedelta(days=29)) is None
    review = opened(DUE - timedelta(days=28))
    assert (review.due, review.reference != one.reference) == (DUE, True)
    asked = review.consultations.values_list("hold", flat=True)
    assert set(asked) == {one.pk, two.pk}


def test_opening_again_changes_nothing_and_a_source_who_joined_is_asked_too():
    (hold,) = shielded_for()
    review = opened(DUE)
    opened(DUE)
    joined = place(hold.record, now=at(DUE))
    opened(DUE)
    assert Review.objects.of_records().count() == 1
    assert set(review.consultations.values_list("hold", flat=True)) == {hold.pk, joined.pk}


def test_a_shield_nobody_asks_for_any_more_is_reviewed_all_the_same():
    nobody_asks()
    review = conclude(opened(DUE), on=DUE)
    assert (review.outcome, Record.objects.get().state) == ("nobody_asks", states.SHIELDED)


def test_one_that_still_needs_it_keeps_the_shield_and_the_next_date_is_counted_from_due_or_today():
    shielded_for()
    review = opened(DUE - timedelta(days=10))
    Consultation.objects.filter(review=review).update(
        answer="still_needed", answered_at=NOW, answered_by=a_practitioner()
    )
    review = conclude(review, on=DUE - timedelta(days=5))
    assert (review.outcome, review.days_late) == ("continues", 0)
    assert review.next_due == Record.objects.get().review_due == date(2027, 2, 28)


def test_lateness_is_kept_and_moves_no_date():
    shielded_for()
    review = conclude(opened(DUE), on=DUE + timedelta(days=70))
    assert (review.days_late, review.next_due) == (70, date(2027, 3, 2))


def test_no_answer_is_recorded_from_the_day_to_act_on_and_counts_as_still_needed():
    (hold,) = shielded_for()
    review = opened(DUE - timedelta(days=20))
    with pytest.raises(WrongState, match="answers_owed"):
        conclude(review, on=DUE - timedelta(days=1))
    conclude(review, on=DUE)
    hold.refresh_from_db()
    assert (Consultation.objects.get(review=review).answer, hold.is_standing) == ("no_answer", True)


@pytest.mark.parametrize("changed", [{"no_duplicate": False}, {"next_shown": date(2027, 1, 1)}])
def test_what_is_attested_and_what_was_shown_must_be_so(changed):
    shielded_for()
    with pytest.raises(WrongState, match="check_incomplete"):
        conclude(opened(DUE), on=DUE, **changed)


def test_concluding_twice_says_who_was_there_before():
    shielded_for()
    review = conclude(opened(DUE), on=DUE, by=an_iw_member(name="Ann Other"))
    with pytest.raises(WrongState) as refused:
        conclude(review, on=DUE)
    assert refused.value.message == "Ann Other concluded this review on 2 September 2026."


def test_only_the_iw_team_concludes_and_escalates():
    (hold,) = shielded_for()
    review = opened(DUE)
    for act in (
        lambda: conclude(review, on=DUE, by=hold.source),
        lambda: review_actions.escalate_review(review, by=hold.source, now=at(DUE)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_escalating_calls_on_the_managers_of_those_who_owe():
    manager = a_practitioner()
    (hold,) = shielded_for(a_practitioner(manager=manager))
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


def test_sources_are_told_that_something_changed():
    (hold,) = shielded_for()
    review = opened(DUE)
    Notice.objects.all().overtake()
    conclude(review, on=DUE)
    assert list(Notice.objects.owed().values_list("subject", flat=True)) == [hold.reference]


def test_agreeing_before_an_answer_was_due_says_so_and_later_it_is_silence():
    request = a_request()
    agreed(request, by=an_iw_member())
    late = a_request()
    agreed(late, by=an_iw_member(), now=NOW + timedelta(days=7))
    answers = Consultation.objects.order_by("id").values_list("answer", flat=True)
    assert list(answers) == ["decided_first", "no_answer"]


def test_an_episode_that_ends_takes_its_open_review_with_it_and_the_next_one_has_its_own():
    from shielding.unshield import actions as unshield_actions  # noqa: PLC0415 - the act that ends the episode

    record = nobody_asks()
    review = opened(DUE)
    record = unshield_actions.begin_unshield(record, by=an_iw_member(), now=at(DUE))
    unshield_actions.confirm_unshield(record, by=an_iw_member(), now=at(DUE))
    review.refresh_from_db()
    assert review.outcome == "unshielded"
    assert Entry.objects.filter(event="record_review_ended").count() == 1
    place(record, now=at(DUE))
    assert opened(DUE).pk == review.pk
    assert opened(date(2027, 3, 2)).pk != review.pk


def test_a_review_that_is_not_near_is_not_opened():
    (hold,) = shielded_for()
    assert review_actions.open_record_review(hold.record, now=NOW) is None
    assert not Review.objects.of_records().exists()


@pytest.mark.django_db(transaction=True)
def test_a_busy_record_keeps_no_other_review_from_being_opened():
    busy, other = shielded_for()[0].record, shielded_for()[0].record
    with two_sessions() as (one, _):
        one.run("SELECT 1 FROM shielding_record WHERE id = %s FOR UPDATE", busy.pk)
        opened(DUE)
        assert set(Review.objects.of_records().values_list("record", flat=True)) == {other.pk}
    opened(DUE)
    assert Review.objects.of_records().count() == 2


def test_a_request_let_go_before_it_was_decided_is_concluded_as_such():
    request, member = a_request(), an_iw_member()
    conclude_it = {"no_duplicate": True, "seen": request.changed_at, "by": member, "now": NOW}
    with pytest.raises(WrongState, match="still_asked"):
        desk_actions.conclude_let_go(request, **conclude_it)
    let_go(request.hold)
    with pytest.raises(WrongState, match="let_go"):
        agreed(request, by=member)
    desk_actions.conclude_let_go(request, **conclude_it)
    assert Review.objects.get().outcome == "let_go"
    with pytest.raises(WrongState, match="already_concluded"):
        desk_actions.conclude_let_go(request, **conclude_it)


def test_a_source_is_named_once_and_only_of_what_stands():
    request = a_request()
    with pytest.raises(WrongState, match="has_source"):
        hold_actions.name_source(request.hold, request.practitioner, now=NOW)


# --- The first review of a request, a part of the acts that decide it --------------------------


def a_review(hold: Hold | None = None) -> Review:
    hold = hold or hold_on(a_number())
    with transaction.atomic():
        return review_actions.open_request_review(
            hold.record, hold=None, reference=hold.reference, submitted_at=NOW, by=hold.source
        )


def test_a_review_is_concluded_once_and_keeps_how_late_it_was():
    review, member = a_review(), an_iw_member()
    assert review.due == (NOW + timedelta(days=7)).date()
    with transaction.atomic():
        late = review_actions.conclude_request_review(
            review, outcome="agreed", no_duplicate=True, by=member, now=NOW + timedelta(days=9)
        )
    assert (late, review.days_late, review.due) == (2, 2, (NOW + timedelta(days=7)).date())
    with pytest.raises(WrongState, match="already_concluded"):
        review_actions.conclude_request_review(
            review, outcome="agreed", no_duplicate=True, by=member, now=NOW + timedelta(days=1)
        )


def test_a_review_is_not_concluded_without_the_look_for_duplicates():
    review = a_review()
    with pytest.raises(WrongState, match="check_incomplete"):
        review_actions.conclude_request_review(
            review,
            outcome="agreed",
            no_duplicate=False,
            by=an_iw_member(),
            now=NOW + timedelta(days=1),
        )
    assert Review.objects.open().get() == review


def test_a_review_comes_to_know_its_hold_until_it_is_concluded():
    hold = hold_on(a_number())
    review = a_review(hold)
    with transaction.atomic():
        review_actions.give_review_its_hold(review, hold, now=NOW)
        review_actions.conclude_request_review(
            review,
            outcome="agreed",
            no_duplicate=True,
            by=an_iw_member(),
            now=NOW + timedelta(days=1),
        )
    assert Review.objects.get().hold == hold
    with pytest.raises(WrongState, match="already_concluded"):
        review_actions.give_review_its_hold(review, hold, now=NOW)
