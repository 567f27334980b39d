"""A picture of every page in every state, to be looked at: `pytest tests/browser -m pictures`.

They are written to var/pictures, at a desk and on a phone. Nothing is compared: people look.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from requests_app import demo
from requests_app.models import Request
from tests.browser.caseload import Caseload, an_office
from tests.browser.states import State, batches
from tests.browser.visitor import DESKTOP, PHONE, Visitor

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


def test_take_the_readme_s_pictures(signed_in: Callable[..., Visitor]) -> None:
    """The work queue and a question, from the demo's caseload, for docs/."""
    office = an_office()
    cast = demo.Cast(
        [office.practitioner, office.teacher],
        office.manager,
        [office.iw, office.second, office.lead],
        office.school,
    )
    demo.tell(cast, now=timezone.now())
    member = signed_in(office.iw)
    member.open(reverse("desk_queue") + "?tab=open")
    _show(member, "queue", height=1000)
    draft = Request.objects.filter(practitioner=office.practitioner, state="draft").first()
    assert draft is not None
    her = signed_in(office.practitioner)
    her.open(reverse("request_page", args=[draft.reference, "ground"]))
    _show(her, "question", height=1000)


def test_take_the_readme_s_picture_of_a_review(
    case: Caseload, seated: Callable[[str], Visitor]
) -> None:
    """A six-monthly review with one source's answer and one that is owed, for docs/."""
    member = seated("iw")
    member.open(reverse("review_detail", args=[case.review("review_waiting")]))
    _show(member, "review", height=1760)


def _take(visitor: Visitor, name: str) -> None:
    for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        visitor.page.set_viewport_size(viewport)
        visitor.page.screenshot(path=FOLDER / size / f"{name}.png", full_page=True)


def _show(visitor: Visitor, name: str, *, height: int) -> None:
    visitor.page.set_viewport_size({"width": DESKTOP["width"], "height": height})
    visitor.page.screenshot(path=Path(settings.BASE_DIR) / "docs" / f"{name}.png")
