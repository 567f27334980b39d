"""Requests for the tests, made by the product's own actions with a given `now`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any

from requests_app import questions
from requests_app.desk import actions as desk_actions
from requests_app.models import Request
from requests_app.practitioner import actions as practitioner_actions
from requests_app.shield_request_codes import Explained
from shielding import clock
from shielding.accounts.models import User
from shielding.models import Hold, Review
from shielding.records.grounds import GROUND
from shielding.reviews import actions as review_actions
from tests.support.people import a_practitioner

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = date(2026, 3, 1)
_numbers = count(10_000_000)


def a_number() -> str:
    """Return a record number no other test in this process has used."""
    return f"CP{next(_numbers)}"


def full_answers(*, ground: str = "abuse", decision: str = "shield", **changed: Any) -> dict:
    """Return every column a complete request needs, by page column."""
    return {
        "number": a_number(),
        "origin": "family",
        "asked_by": "parent_carer",
        "identity_confirmed_on": DAY,
        "explained": list(Explained.values),
        "ground": ground,
        "points": [point.code for point in GROUND[ground].points],
        "not_grounds": [],
        "decision": decision,
        "considered_reason": "whereabouts" if decision == "considered" else "",
        "supporter": None,
        "supporter_not_listed": True,
        "supported_on": None,
        "own_system": "yes",
        "own_system_on": DAY,
        "measures_considered": True,
        "siblings_considered": True,
        "lead_professional": "me",
        "family_told": "done",
        "family_told_on": DAY,
    } | changed


def _as_one(pages: Sequence[questions.Page]) -> questions.Page:
    """Return these pages as one: a test that is about something else fills them by one act."""
    return replace(pages[-1], fields=tuple(name for page in pages for name in page.fields))


# A ground, once chosen, empties the points of the one before.
_TO_GROUND = 1 + [page.slug for page in questions.PAGES].index("ground")
_WHOLE = (_as_one(questions.PAGES[:_TO_GROUND]), _as_one(questions.PAGES[_TO_GROUND:]))


def a_draft(by: User | None = None, *, now: datetime = NOW, **changed: Any) -> Request:
    """Return a complete draft, ready to send."""
    by = by or a_practitioner()
    draft = practitioner_actions.start_draft(by=by, now=now)
    values = full_answers(**changed)
    for page in _WHOLE:
        page_values = {name: values[name] for name in page.fields}
        draft = practitioner_actions.save_answers(draft, page, values=page_values, by=by, now=now)
    return draft


def a_request(by: User | None = None, *, now: datetime = NOW, **changed: Any) -> Request:
    """Return a request that was sent."""
    draft = a_draft(by, now=now, **changed)
    return practitioner_actions.submit(draft, by=draft.practitioner, now=now)


def agreed(request: Request, *, by: User, now: datetime = NOW) -> Request:
    """Return the request agreed by this IW member."""
    request.refresh_from_db()
    return desk_actions.agree(
        request,
        involvement="on_record",
        no_duplicate=True,
        seen=request.changed_at,
        by=by,
        now=now,
    )


def first_review_concluded(request: Request, *, by: User, now: datetime | None = None) -> Review:
    """Return the first review of an agreed request, concluded by a member on its day to act by,
    or at another moment.
    """
    review, hold = request.review, Hold.objects.get(pk=request.hold_id)
    now = now or datetime.combine(clock.act_by(review.due), time(16), tzinfo=UTC)
    return review_actions.conclude_first_review(
        review, no_duplicate=True, next_shown=hold.review_due, by=by, now=now
    )


def a_written_draft(by: User, *, now: datetime = NOW, **changed: Any) -> Request:
    """Return a complete draft written in one go, for tests that need hundreds of them."""
    values = full_answers(**changed)
    number = values.pop("number")
    draft = Request(
        practitioner=by,
        service=by.service,
        created_at=now,
        state_since=now,
        changed_at=now,
        **values,
    )
    draft.seal_number(number)
    draft.save()
    return draft
