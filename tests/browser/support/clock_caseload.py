"""Records that the clock has reached, for the pages of reviews, the unshield and the ends.

Each story is made by the product's own acts, with times in the past.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from logbook.references import new_reference
from requests_app.desk import actions as desk_actions
from requests_app.desk import phoned_requests
from requests_app.models import Request
from requests_app.practitioner import actions as asking
from shielding import clock
from shielding.accounts.models import User
from shielding.holds import letting_go
from shielding.holds.letting_go import Parting
from shielding.models import Hold, Review
from shielding.reviews import actions as review_actions
from shielding.reviews.added import actions as added_reviews
from shielding.unshield import actions as unshield_actions
from shielding.unshield import other_ends
from tests.support.requests import a_number, a_written_draft, first_review_concluded

if TYPE_CHECKING:
    from tests.browser.support.caseload import Caseload

DAY = timedelta(days=1)
GONE = Parting(own_systems_unshielded=True, family="told")


def shielded(case: Caseload, *, ago: int, source: User | None = None, number: str = "") -> Request:
    """Return a request agreed and applied so many days ago, of our practitioner's; its first review
    is concluded, unless it is younger than that takes.
    """
    request = agreed_and_applied(case, ago=ago, source=source, number=number)
    if ago > 7:
        first_review_concluded(request, by=case.office.lead)
    return request


def agreed_and_applied(
    case: Caseload, *, ago: int, source: User | None = None, number: str = ""
) -> Request:
    """Return a request agreed and applied so many days ago, whose first review is open."""
    then, office = case.now - ago * DAY, case.office
    same = {"number": number} if number else {}
    draft = a_written_draft(source or office.practitioner, now=then, **same)
    request = asking.submit(draft, by=draft.practitioner, now=then)
    desk_actions.attest_applied_for_request(
        request, checked_on=clock.today(then), no_duplicate=True, by=office.lead, now=then
    )
    request.refresh_from_db()
    return desk_actions.agree(
        request,
        involvement="on_record",
        no_duplicate=True,
        seen=request.changed_at,
        by=office.lead,
        now=then,
    )


def first_to_conclude(case: Caseload) -> Request:
    """Agreed, and its source answered the first review."""
    request = agreed_and_applied(case, ago=6)
    letting_go.answer(
        request.hold, answer="still_needed", views="not_safe", sought_by="", family_told="not_safe",
        by=request.practitioner, now=case.now - DAY,
    )  # fmt: skip
    return request


def first_answered_early(case: Caseload) -> Request:
    """Agreed, and answered on the day it was sent: the first mail asks once more."""
    request = agreed_and_applied(case, ago=0)
    letting_go.answer(
        request.hold, answer="still_needed", views="no", sought_by="", family_told="not_yet",
        by=request.practitioner, now=case.now,
    )  # fmt: skip
    return request


def joined_by(case: Caseload, request: Request, source: User, *, ago: int) -> Request:
    """Return another practitioner's request for the same record."""
    return shielded(case, ago=ago, source=source, number=request.record.number_in_clear())


def let_go(hold: Hold, *, case: Caseload, ago: int) -> None:
    letting_go.withdraw(hold, parting=GONE, by=hold.source, now=case.now - ago * DAY)


def open_review(case: Caseload, request: Request) -> Review:
    opened = review_actions.open_reviews_of(request.record, now=case.now)
    return next(review for review in opened if review.hold_id == request.hold_id)


def review_waiting(case: Caseload) -> Request:
    """A six-monthly review that is not due yet; another source of the record answered theirs."""
    first = shielded(case, ago=170)
    second = joined_by(case, first, case.office.teacher, ago=160)
    open_review(case, first)
    letting_go.answer(
        second.hold,
        answer="still_needed",
        views="yes",
        sought_by="source",
        by=case.office.teacher,
        now=case.now,
    )
    return first


def review_overdue(case: Caseload) -> Request:
    """A six-monthly review past its day, to be concluded without an answer; so is another's."""
    request = shielded(case, ago=200)
    joined_by(case, request, case.office.manager, ago=190)
    open_review(case, request)
    return request


def review_let_go(case: Caseload) -> Request:
    """A six-monthly review whose source let go of the request, while another's stands."""
    request = shielded(case, ago=175)
    joined_by(case, request, case.office.teacher, ago=20)
    open_review(case, request)
    let_go(request.hold, case=case, ago=1)
    return request


def review_concluded(case: Caseload) -> Request:
    request = shielded(case, ago=205)
    review = open_review(case, request)
    review_actions.conclude_record_review(
        review,
        no_duplicate=True,
        next_shown=review_actions.next_due(review, case.now),
        by=case.office.second,
        now=case.now,
    )
    return request


def review_added(case: Caseload) -> Request:
    """The IW Team asked for a review because something changed; its source is asked."""
    request = shielded(case, ago=40)
    added_reviews.ask_for_review(
        request.hold, reason="new_address", by=case.office.iw, now=case.now
    )
    return request


def second_added(case: Caseload) -> Request:
    """A review of another request for the same record, whose source is asked a working day on."""
    request = joined_by(case, case.requests["review_added"], case.office.teacher, ago=30)
    added_reviews.ask_for_review(
        request.hold, reason="new_address", by=case.office.iw, now=case.now
    )
    return request


def nobody_asks(case: Caseload) -> Request:
    """Shielded, let go a week ago: ready for the final unshield."""
    request = shielded(case, ago=30)
    let_go(request.hold, case=case, ago=7)
    return request


def let_go_today(case: Caseload) -> Request:
    """Shielded, let go just now by its last source: the unshield has to wait a working day."""
    request = shielded(case, ago=30)
    let_go(request.hold, case=case, ago=0)
    return request


def let_go_by_phone(case: Caseload) -> Request:
    """Of somebody without an account: one member recorded it, another has to attest a call."""
    request = phoned_requests.log_phoned(
        reference=new_reference(),
        number=a_number(),
        ground="abuse",
        caller="gp",
        practitioner=None,
        service=case.office.service,
        by=case.office.iw,
        now=case.now - 9 * DAY,
    )
    then = case.now - 7 * DAY
    letting_go.withdraw(request.hold, parting=GONE, by=case.office.iw, now=then)
    return request


def begun_by_another(case: Caseload) -> Request:
    request = nobody_asks(case)
    unshield_actions.begin_unshield(request.record, by=case.office.second, now=case.now)
    return request


def begun_by_oneself(case: Caseload) -> Request:
    request = nobody_asks(case)
    unshield_actions.begin_unshield(request.record, by=case.office.iw, now=case.now)
    return request


def asked_again(case: Caseload) -> Request:
    """A request that arrived while its record was being unshielded."""
    record = begun_by_another(case).record
    draft = a_written_draft(case.office.teacher, now=case.now, number=record.number_in_clear())
    return asking.submit(draft, by=case.office.teacher, now=case.now)


def asked_again_and_let_go(case: Caseload) -> Request:
    request = asked_again(case)
    let_go(request.hold, case=case, ago=0)
    return request


def let_go_before_decided(case: Caseload) -> Request:
    draft = a_written_draft(case.office.teacher, now=case.now - 2 * DAY)
    request = asking.submit(draft, by=case.office.teacher, now=case.now - 2 * DAY)
    let_go(request.hold, case=case, ago=1)
    request.refresh_from_db()
    return request


def end_proposed(case: Caseload) -> Request:
    request = shielded(case, ago=20)
    other_ends.propose_end(
        request.record, code="merged_duplicate", by=case.office.second, now=case.now
    )
    return request


def ended(case: Caseload) -> Request:
    request = shielded(case, ago=20)
    record = other_ends.propose_end(
        request.record,
        code="moved_away",
        receipt=other_ends.Receipt(on=clock.today(case.now), came="mail"),
        by=case.office.second,
        now=case.now,
    )
    other_ends.confirm_end(
        record,
        seen=[request.reference],
        attested=False,
        no_duplicate=True,
        by=case.office.lead,
        now=case.now,
    )
    return request


CLOCK_STORIES = (
    review_waiting,
    review_overdue,
    review_let_go,
    review_concluded,
    review_added,
    second_added,
    first_to_conclude,
    first_answered_early,
    nobody_asks,
    let_go_today,
    let_go_by_phone,
    begun_by_another,
    begun_by_oneself,
    asked_again,
    asked_again_and_let_go,
    let_go_before_decided,
    end_proposed,
    ended,
)
