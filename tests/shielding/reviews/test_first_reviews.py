"""The first review of a request: a part of the acts that decide it, concluded once."""

from datetime import timedelta

import pytest
from django.db import transaction

from requests_app.desk import actions as desk_actions
from shielding.models import Consultation, Hold, Review
from shielding.reviews import actions as review_actions
from shielding.web.refusals import WrongState
from tests.support.people import an_iw_member
from tests.support.requests import NOW, a_number, a_request, agreed
from tests.support.shielded_records import hold_on, let_go

pytestmark = pytest.mark.django_db


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


def test_agreeing_before_an_answer_was_due_says_so_and_later_it_is_silence():
    request = a_request()
    agreed(request, by=an_iw_member())
    late = a_request()
    agreed(late, by=an_iw_member(), now=NOW + timedelta(days=7))
    answers = Consultation.objects.order_by("id").values_list("answer", flat=True)
    assert list(answers) == ["decided_first", "no_answer"]


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
