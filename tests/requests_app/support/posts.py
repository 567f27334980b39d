"""What a practitioner's browser posts for each question and sheet, as a person would fill it in."""

from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from logbook.models import Entry
from requests_app import questions
from requests_app.models import Request
from requests_app.practitioner.again.forms import AnotherForm
from requests_app.shield_request_codes import Explained
from shielding.records.grounds import GROUND
from tests.support.requests import a_number

DECLARED = {"reason_to_ask": "on"}


def on(field: str, day: date | None = None) -> dict[str, str]:
    """Return a day in the three inputs of a date field; today unless given."""
    day = day or timezone.localdate()
    parts = {"day": day.day, "month": day.month, "year": day.year}
    return {f"{field}_{name}": str(part) for name, part in parts.items()}


def posts(*, ground: str = "abuse", number: str = "") -> dict[str, dict[str, Any]]:
    """Return the post of every question of a complete request, in the order of the questions."""
    number = number or a_number()
    return {
        "number": {"number": number, "number_again": number},
        "origin": {"origin": "family"},
        "identity": {
            "asked_by": "parent_carer",
            "identity_confirmed": "on",
            **on("identity_confirmed_on"),
        },
        "explained": {"explained": list(Explained.values)},
        "ground": {"ground": ground},
        "not-grounds": {"not_grounds": ["none"]},
        "points": {
            "points": [point.code for point in GROUND[ground].points],
            "points_of": ground,
        },
        "decision": {"decision": "shield"},
        "reason": {"considered_reason": "whereabouts"},
        "manager": {"supporter": "not_listed"},
        "protection": {
            "own_system": "yes",
            "measures_considered": "on",
            **on("own_system_on"),
        },
        "siblings": {"siblings_considered": "on"},
        "lead-professional": {"lead_professional": "me"},
        "family": {"family_told": "done", **on("family_told_on")},
    }


def sheet_post(
    request: Request, slug: str, typed: dict[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return the post of the sheet with this name, or with this question: of all it asks now.

    `typed` has what is posted of each question; without it, it is as in `posts`.
    """
    now = Request.objects.get(pk=request.pk)
    sheet = questions.SHEET.get(slug) or questions.SHEET_OF[slug]
    typed = typed or posts(ground=now.ground or "abuse")
    asked = questions.shown(sheet, now)
    post = {name: value for page in asked for name, value in typed[page.slug].items()}
    # What the page shows of a "yes" it carries back.
    return post | {"no_ground_shown": "yes"} if now.not_grounds and "decision" in post else post


# Of another child is asked anew what attests, and what nothing can be taken over of.
ASKED_AGAIN = (
    "number", "identity", "explained", "not-grounds", "points", "manager", "protection",
    "siblings", "family",
)  # fmt: skip


def again_post(like: Request, *, number: str = "") -> dict[str, Any]:
    """Return all that is typed and ticked to ask for another child with the answers of one."""
    typed = posts(number=number, ground=like.ground)
    answers = {name: value for slug in ASKED_AGAIN for name, value in typed[slug].items()}
    born = AnotherForm(None, like=like, instead="", by=like.practitioner).initial
    return answers | {"reference": born["reference"], "reason_to_ask": "on"}


def address(request: Request, page: str = "") -> str:
    """Return the address of a request, or of one of its pages; of a question, its sheet's."""
    if page in questions.PAGE and page not in questions.SHEET:
        page = questions.SHEET_OF[page].slug
    return f"/requests/{request.reference}/{page}/" if page else f"/requests/{request.reference}/"


def place(request: Request, question: str) -> str:
    """Return where a question is asked: its place on its sheet."""
    return f"{address(request, questions.SHEET_OF[question].slug)}#{question}"


def answer(client: Client, request: Request, slug: str, **changed: Any) -> str:
    """Post a sheet as `posts` has it, with changes; return where it leads.

    Of a sheet that is named by one of its questions all is posted as well.
    """
    response = client.post(address(request, slug), sheet_post(request, slug) | changed)
    assert response.status_code == 302, response.context["form"].errors
    return str(response.url)


def entries_of(request: Request) -> list[str]:
    """Return the events of a request's entries, in order, without its readings and answers."""
    return [
        event
        for event in _events(request)
        if event not in ("request_opened", "request_answers_changed")
    ]


def _events(request: Request) -> list[str]:
    mine = Entry.objects.filter(reference=request.reference).order_by("id")
    return list(mine.values_list("event", flat=True))
