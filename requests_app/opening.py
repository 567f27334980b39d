"""Opening a request: who sees it, and the entry that says somebody did."""

from datetime import datetime

from django.http import Http404, HttpRequest

from logbook.writing import record_alone
from requests_app.models import Request


def open_request(http: HttpRequest, reference: str, now: datetime) -> Request:
    """Return a request this person may see; reading it is an entry, written before the page.

    Raises Http404, with an entry of its own, for one that is absent and alike for one that is not
    theirs: the page does not tell which. An act (a POST) leaves the act's own entry instead.
    """
    visible = Request.objects.visible_to(http.user)
    related = ("record", "hold", "review", "practitioner__service", "supporter")
    found = visible.select_related(*related).filter(reference=reference).first()
    if found is None:
        page = http.resolver_match.url_name if http.resolver_match else ""
        record_alone("not_found", by=http.user, at=now, reference=reference, page=page or "unnamed")
        raise Http404
    if http.method in ("GET", "HEAD"):
        record_alone(
            "request_opened",
            by=http.user,
            at=now,
            reference=reference,
            record_reference=found.record.reference if found.record else "",
        )
    return found
