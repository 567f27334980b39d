"""A picture of every page in every state, to be looked at: `pytest tests/browser -m pictures`.

They are written to var/pictures, at a desk and on a phone. Nothing is compared: people look. Those
that docs/ shows are written there, and by themselves with `make pictures`.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from requests_app.demo.stories import of_requests
from requests_app.models import Request
from shielding.demo.telling import Cast, act_out
from tests.browser.support.caseload import Caseload, an_office
from tests.browser.support.state import State, access, record, review, story
from tests.browser.support.states import batches
from tests.browser.support.visitor import DESKTOP, PHONE, Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pictures]
FOLDER = settings.VAR / "pictures"


@pytest.mark.parametrize("states", batches())
def test_take_a_picture_of(
    states: list[State], case: Caseload, seated: Callable[[str], Visitor]
) -> None:
    for state in states:
        visitor = seated(state.who)
        state.open_by(visitor, case)
        _take(visitor, state.name)
        if state.asks:
            visitor.send_empty(visitor.forms()[0])
            _take(visitor, f"{state.name}-with_mistakes")


# The pages that docs/ shows, each by the picture's name, and how much of it from the top.
OF_DOCS = {
    "home": (State("practitioner", "home"), 1000),
    "home-team": (State("iw", "home"), 1300),
    "answer": (State("practitioner", "request_review", "", story("review_waiting")), 1300),
    "unshield": (State("iw", "record_unshield_confirm", "", record("begun_by_another")), 780),
    "review": (State("iw", "review_detail", "", review("review_waiting")), 1760),
    "line-manager": (State("manager", "access_approval", "", access("to_agree")), 1500),
    "record": (State("iw", "record_detail", "", record("begun_by_another")), 1300),
    "logbook": (State("auditor", "logbook"), 1300),
}


def test_take_the_pictures_of_docs_from_the_demo(signed_in: Callable[..., Visitor]) -> None:
    """The work queue and a question, from the demo's caseload."""
    office = an_office()
    cast = Cast(
        [office.practitioner, office.teacher],
        office.manager,
        [office.iw, office.second, office.lead],
        office.school,
    )
    act_out(of_requests(cast, now=timezone.now()))
    member = signed_in(office.iw)
    member.open(reverse("desk_queue") + "?tab=open")
    _show(member, "queue", height=1000)
    draft = Request.objects.filter(practitioner=office.practitioner, state="draft").first()
    assert draft is not None
    her = signed_in(office.practitioner)
    her.open(reverse("request_page", args=[draft.reference, "ground"]))
    _show(her, "question", height=1000)


def test_take_the_pictures_of_docs_in_named_states(
    case: Caseload, seated: Callable[[str], Visitor]
) -> None:
    for name, (state, height) in OF_DOCS.items():
        visitor = seated(state.who)
        state.open_by(visitor, case)
        _show(visitor, name, height=height)


def _take(visitor: Visitor, name: str) -> None:
    for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        visitor.page.set_viewport_size(viewport)
        visitor.page.screenshot(path=FOLDER / size / f"{name}.png", full_page=True)


def _show(visitor: Visitor, name: str, *, height: int) -> None:
    visitor.page.set_viewport_size({"width": DESKTOP["width"], "height": height})
    visitor.page.screenshot(path=Path(settings.BASE_DIR) / "docs" / f"{name}.png")
