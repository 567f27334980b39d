"""What a requester's browser posts for each sheet, as a person would fill it in."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from brokerage import questions
from brokerage.models import AccessRequest
from logbook.models import Entry
from tests.requests_app.support.posts import on
from tests.support.requests import a_number

DECLARED = {"declared": list(questions.DECLARATIONS)}


def posts(*, number: str = "") -> dict[str, dict[str, Any]]:
    """Return the post of every sheet of a complete access request, in the order of the sheets."""
    number = number or a_number()
    return {
        "record": {"number": number, "number_again": number, "purpose": "assessment"},
        "need": {
            "need": "visit",
            "sought": "contact",
            "why_not_otherwise": "not_in_own_records",
            "seen_by": ["manager", "team"],
        },
        "terms": {
            **on("needed_until", timezone.localdate() + timedelta(days=30)),
            "documented": "yes",
            **on("documented_on"),
        },
    }


def declared(access: AccessRequest) -> dict[str, Any]:
    """Return the post of a check page that was opened now, each declaration ticked."""
    changed_at = AccessRequest.objects.get(pk=access.pk).changed_at
    return DECLARED | {"seen": changed_at.isoformat()}


def address(access: AccessRequest, page: str = "") -> str:
    """Return the address of an access request, or of one of its pages.

    Of a question it is its place on its sheet.
    """
    sheet = questions.SHEET_OF.get(page)
    if sheet is not None and page not in questions.SHEET:
        return f"/access/{access.reference}/{sheet.slug}/#{page}"
    return f"/access/{access.reference}/{page}/" if page else f"/access/{access.reference}/"


def answer(client: Client, access: AccessRequest, slug: str, **changed: Any) -> str:
    """Post a sheet as `posts` has it, with changes; return where it leads."""
    response = client.post(address(access, slug), posts()[slug] | changed)
    assert response.status_code == 302, response.context
    return str(response.url)


def events_of(access: AccessRequest) -> list[str]:
    """Return the events of a request's entries in order, without readings and answers."""
    said = Entry.objects.filter(reference=access.reference).order_by("id")
    quiet = ("access_opened", "access_answers_changed")
    return list(said.exclude(event__in=quiet).values_list("event", flat=True))
