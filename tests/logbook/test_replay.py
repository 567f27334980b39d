"""The logbook, replayed, gives the tables; what was changed behind the acts is found."""

from datetime import date

import pytest

from logbook.models import Entry
from requests_app.models import Request
from shielding.models import Consultation, Hold, Record, Review
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from tests.support.people import a_practitioner, an_iw_member
from tests.support.replay import replay
from tests.support.shielded_records import DAY, NOW, at, let_go, nobody_asks, place, shielded_for

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 2)


def a_full_life() -> Record:
    """A record shielded for two, reviewed, unshielded, asked for anew and ended."""
    one, other = shielded_for(a_practitioner(), a_practitioner())
    first, second = an_iw_member(), an_iw_member()
    let_go(one)
    review = review_actions.open_record_review(one.record, now=at(DUE))
    review_actions.conclude_record_review(
        review, no_duplicate=True, next_shown=review_actions.next_due(review, at(DUE)), by=first,
        now=at(DUE),
    )  # fmt: skip
    let_go(other, now=at(DUE))
    record = Record.objects.get()
    unshield_actions.begin_unshield(record, by=first, now=at(DUE) + DAY)
    place(record, now=at(DUE) + DAY)
    other_ends.propose_end(record, code="died", by=first, now=at(DUE) + DAY)
    seen = list(Hold.objects.standing().values_list("reference", flat=True))
    return other_ends.confirm_end(
        record, seen=seen, attested=True, no_duplicate=True, by=second, now=at(DUE) + DAY
    )


def test_the_logbook_tells_a_full_life():
    record = a_full_life()
    differences, folded = replay()
    assert differences == []
    assert folded == Entry.objects.exclude(event__in=UNCOUNTED).count() > 20
    assert record.state == "closed"


UNCOUNTED = ("request_answers_changed", "person_added", "service_added", "handed_over")


@pytest.mark.parametrize(
    ("behind", "found"),
    [
        (lambda: Record.objects.update(review_due=date(2027, 1, 1)), "records"),
        (lambda: Record.objects.update(unshield_cancels=3), "records"),
        (lambda: Hold.objects.update(ground="asylum"), "holds"),
        (lambda: Hold.objects.update(family="not_safe"), "holds"),
        (lambda: Hold.objects.update(source=a_practitioner()), "holds"),
        (lambda: Review.objects.update(days_late=400), "reviews"),
        (lambda: Review.objects.update(due=date(2027, 1, 1)), "reviews"),
        (lambda: Consultation.objects.update(answer="no_answer"), "asked"),
        (lambda: Request.objects.update(state="returned"), "requests"),
    ],
)
def test_what_was_changed_behind_the_acts_is_found(behind, found):
    nobody_asks(NOW)
    assert replay()[0] == []
    behind()
    assert {one.split()[0] for one in replay()[0]} == {found}


def test_a_row_nobody_logged_is_found():
    (hold,) = shielded_for()
    hold.pk, hold.reference = None, "IW-2222-2222"
    hold.save(force_insert=True)
    assert [one.split()[:2] for one in replay()[0]] == [["holds", "IW-2222-2222:"]]
