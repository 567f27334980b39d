"""The page on which a member says what they found of a record, outside any other act."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from logbook.guarded import SignedIn
from shielding.checks import actions
from shielding.checks.forms import CheckForm
from shielding.checks.presenters import advice_after
from shielding.records import policies
from shielding.records.opening import find, note_opened
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import posted


@for_roles(Role.IW)
def record_check(request: SignedIn, reference: str) -> HttpResponse:
    """Record what a member found who looked at a record on the system."""
    record = find(request, reference)
    form = CheckForm(posted(request), record=record)
    if form.is_valid():
        saw = form.cleaned_data["saw"]
        actions.attest_found(record, found=saw, by=request.user, now=timezone.now())
        messages.success(request, advice_after(saw) or "It is recorded that it is shielded.")
        return redirect("record_detail", reference)
    if not policies.may_check(request.user, record):
        return redirect("record_detail", reference)
    note_opened(request, record)
    back = reverse("record_detail", args=[record.reference])
    context = {"title": "Say what you found", "record": record, "form": form, "back_url": back}
    return render(request, "shielding/checks/record_check.html", context)
