"""Opening an access request: who sees it, and the entry that says somebody did."""

from datetime import datetime

from django.urls import reverse

from brokerage.models import AccessRequest, AccessRequestQuerySet, Liaison
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.models import User
from shielding.records.opening import note_work
from shielding.web.access import found_or_404


def page_of_reference(reference: str, user: User) -> str:
    """Return the desk's page of the access request so named, for a member of the IW Team, else "".

    What a source was asked leads to the access request that it is about.
    """
    if not user.is_iw:
        return ""
    asked = Liaison.objects.visible_to(user).filter(reference=reference)
    of_liaison = asked.values_list("access__reference", flat=True).first()
    named = of_liaison or reference
    found = AccessRequest.objects.visible_to(user).filter(reference=named).exists()
    return reverse("brokerage_request", args=[named]) if found else ""


def open_access(
    request: SignedIn, requests: AccessRequestQuerySet, reference: str, now: datetime
) -> AccessRequest:
    """Return one of the access requests this person may see; reading it is an entry, first.

    Ends in the page "not found" for one that is absent and alike for one that is not theirs. The
    entry names no record: whoever reads their own entries learns nothing.
    """
    people = ("requester__line_manager", "service", "manager_decided_by", "record")
    found = found_or_404(request, requests.select_related(*people), reference=reference)
    log_entry_alone("access_opened", by=request.user, at=now, reference=reference)
    if found.record:
        note_work(request, [found.record.reference])
    return found


def open_liaison(request: SignedIn, reference: str, now: datetime) -> Liaison:
    """Return what a source is asked, if they are the one; reading it is an entry, first."""
    visible = Liaison.objects.visible_to(request.user).in_full().select_related("access__manager")
    found = found_or_404(request, visible, reference=reference)
    log_entry_alone("liaison_opened", by=request.user, at=now, reference=reference)
    return found
