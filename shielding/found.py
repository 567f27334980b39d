"""Finding what an address names, among what the person may see."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from logbook.writing import record_alone

Thing = TypeVar("Thing", bound=Model)


def found_or_404(request: HttpRequest, things: "QuerySet[Thing]", reference: str) -> Thing:
    """Return the one of these things with this reference, or end in the page "not found".

    `things` starts at `visible_to`, so that what is absent and what is not this person's end in
    the same page. Asking for it is an entry.
    """
    thing = things.filter(reference=reference).first()
    if thing is None:
        page = request.resolver_match.url_name if request.resolver_match else ""
        record_alone(
            "not_found",
            by=request.user,
            at=timezone.now(),
            reference=reference,
            page=page or "unnamed",
        )
        raise Http404
    return thing
