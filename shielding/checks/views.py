"""The page on which a member says what they found of a record, outside any other act."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.checks import actions
from shielding.checks.actions import Found
from shielding.checks.data_loads import lists
from shielding.checks.data_loads.presenters import looked_words
from shielding.checks.forms import CheckForm
from shielding.checks.presenters import message_after
from shielding.records import policies
from shielding.records.models import Record
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
        actions.attest_found(record, found=saw, by=request.user, now=clock_now())
        return _after_look(request, record, saw)
    if not policies.may_check(request.user, record):
        return redirect("record_detail", reference)
    looked = _looked(request, record)
    note_opened(request, record)
    context = {
        "title": f"Say what you found: record {record.reference}",
        "record": record,
        "form": form,
        "looked": looked,
        "back_url": reverse("record_detail", args=[record.reference]),
    }
    return render(request, "shielding/checks/record_check.html", context)


def _after_look(request: SignedIn, record: Record, saw: Found) -> HttpResponse:
    """Say what is to do now; after a look of a data load's check, go on with its list."""
    found, looked = message_after(record, saw), _looked(request, record)
    if found:
        messages.warning(request, found)
    else:
        messages.success(request, f"It is recorded that it is shielded. {looked}".strip())
    if found or not looked:
        return redirect("record_detail", record.reference)
    return redirect("records_to_check_again")


def _looked(request: SignedIn, record: Record) -> str:
    """Return who has looked at a record since the last data load, in words; or nothing."""
    load = lists.ruling()
    return looked_words(lists.to_check(request.user, record, load), load, request.user)
