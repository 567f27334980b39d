"""Opening a request: who sees it, and the entry that says somebody did."""

from datetime import datetime

from django.urls import reverse

from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from requests_app.models import Request
from shielding.accounts.models import User
from shielding.records.opening import note_work
from shielding.web.access import found_or_404


def page_of_reference(reference: str, user: User) -> str:
    """Return the desk's page of the request so named, for a member of the IW Team, else ""."""
    found = Request.objects.visible_to(user).filter(reference=reference).exists()
    return reverse("desk_request", args=[reference]) if user.is_iw and found else ""


def is_anothers_now(request: SignedIn, reference: str, now: datetime) -> bool:
    """Return whether a file had put this request to its reader, and it is another's by now.

    That it was asked for is an entry, as of anything that is not theirs.
    """
    handed_on = Request.objects.handed_on_alone(request.user).filter(reference=reference)
    if not handed_on.exists():
        return False
    log_entry_alone(
        "not_found", by=request.user, at=now, reference=reference, page="request_detail"
    )
    return True


def open_request(request: SignedIn, reference: str, now: datetime) -> Request:
    """Return a request this person may see; reading it is an entry, written before the page.

    Ends in the page "not found" for one that is absent and alike for one that is not theirs. A
    POST is a read too: its answer may be the page again.
    """
    visible = Request.objects.visible_to(request.user).select_related(
        "record", "hold", "review", "practitioner__service", "supporter"
    )
    found = found_or_404(request, visible, reference=reference)
    log_entry_alone(
        "request_opened",
        by=request.user,
        at=now,
        reference=reference,
        record_reference=found.record.reference if found.record else "",
    )
    if found.record:
        note_work(request, [found.record.reference])
    return found
