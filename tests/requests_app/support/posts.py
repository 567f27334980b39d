"""What a practitioner's browser posts for each page, as a person would fill it in."""

from datetime import date
from typing import Any

from django.test import Client
from django.utils import timezone

from logbook.models import Entry
from requests_app.models import Request
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
    """Return the post of every page of a complete request, in the order of the pages."""
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
        "points": {"points": [point.code for point in GROUND[ground].points]},
        "not-grounds": {"not_grounds": ["none"]},
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


def address(request: Request, page: str = "") -> str:
    """Return the address of a request, or of one of its pages."""
    return f"/requests/{request.reference}/{page}/" if page else f"/requests/{request.reference}/"


def answer(client: Client, request: Request, slug: str, **changed: Any) -> str:
    """Post a page as `posts` has it, with changes; return where it leads."""
    response = client.post(address(request, slug), posts()[slug] | changed)
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
