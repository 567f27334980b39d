"""The logbook, replayed, gives the tables; what was changed behind the acts is found."""

from datetime import date, datetime

import pytest

from logbook.models import Entry
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.models import Consultation, Hold, Record, Review
from shielding.reviews import actions as review_actions
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from tests.support.people import a_practitioner, an_iw_member
from tests.support.replay import replay
from tests.support.shielded_records import DAY, NOW, at, let_go, nobody_asks, place, shielded_for

pytestmark = pytest.mark.django_db
DUE = date(2026, 9, 2)


def conclude(review: Review, by: User, now: datetime) -> None:
    review_actions.conclude_record_review(
        review, no_duplicate=True, next_shown=review_actions.next_due(review, now), by=by, now=now
    )


def still_needed(hold: Hold, now: datetime) -> None:
    letting_go.answer(
        hold, answer="still_needed", views="yes", sought_by="source", by=hold.source, now=now
    )


def a_full_life() -> Record:
    """A record shielded for several, each reviewed, unshielded, asked for anew and ended."""
    one, other, early = shielded_for(*(a_practitioner() for _ in range(3)))
    first, second = an_iw_member(), an_iw_member()
    opened = {
        one.hold: one for one in review_actions.open_reviews_of(one.record, now=at(DUE - 9 * DAY))
    }
    still_needed(early, at(DUE - 9 * DAY))
    conclude(opened[early], first, at(DUE - 3 * DAY))
    let_go(one, now=at(DUE))
    conclude(opened[one], first, at(DUE))  # let go, while others ask
    conclude(opened[other], first, at(DUE))  # no answer, and yet one before the day has ended
    still_needed(other, at(DUE, 20))
    let_go(other, now=at(DUE, 21))
    let_go(early, now=at(DUE, 21))
    soon = at(early_due := date(2027, 2, 24))
    early.refresh_from_db()
    assert early.review_due == early_due
    (nobodys,) = review_actions.open_reviews_of(one.record, now=soon)
    conclude(nobodys, first, soon)
    record = Record.objects.get()
    unshield_actions.begin_unshield(record, by=first, now=soon + DAY)
    place(record, now=soon + DAY)
    other_ends.propose_end(record, code="died", by=first, now=soon + DAY)
    seen = list(Hold.objects.standing().values_list("reference", flat=True))
    return other_ends.confirm_end(
        record, seen=seen, attested=True, no_duplicate=True, by=second, now=soon + DAY
    )


def test_the_logbook_tells_a_full_life():
    record = a_full_life()
    differences, folded = replay()
    assert differences == []
    assert folded == Entry.objects.exclude(event__in=UNCOUNTED).count() > 20
    assert record.state == "closed"


UNCOUNTED = ("request_answers_changed", "person_added")


@pytest.mark.parametrize(
    ("behind", "found"),
    [
        (lambda: Record.objects.update(review_due=date(2027, 1, 1)), "records"),
        (lambda: Record.objects.update(unshield_cancels=3), "records"),
        (lambda: Hold.objects.update(ground="asylum"), "holds"),
        (lambda: Hold.objects.exclude(released_at=None).update(family="not_safe"), "holds"),
        (lambda: Hold.objects.update(source=a_practitioner()), "holds"),
        (lambda: Hold.objects.filter(pk=standing().pk).update(review_due=DUE + DAY), "holds"),
        (lambda: Review.objects.update(days_late=400), "reviews"),
        (lambda: Review.objects.update(due=date(2027, 1, 1)), "reviews"),
        (lambda: Consultation.objects.update(answer="still_needed"), "asked"),
        (lambda: Request.objects.update(state="returned"), "requests"),
    ],
)
def test_what_was_changed_behind_the_acts_is_found(behind, found):
    nobody_asks(NOW)
    standing()
    assert replay()[0] == []
    behind()
    assert {one.split()[0] for one in replay()[0]} == {found}


def standing() -> Hold:
    """Return the hold that stands, made once."""
    return Hold.objects.standing().first() or shielded_for()[0]


def test_a_row_nobody_logged_is_found():
    (hold,) = shielded_for()
    hold.pk, hold.reference = None, "IW-2222-2222"
    hold.save(force_insert=True)
    assert [one.split()[:2] for one in replay()[0]] == [["holds", "IW-2222-2222:"]]
