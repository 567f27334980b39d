"""The final unshield, page by page: begun by one member, confirmed by another, or stopped."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.checks.actions import Found
from shielding.checks.presenters import message_after
from shielding.records import policies as record_policies
from shielding.records import states
from shielding.records.models import Record
from shielding.records.opening import find, note_opened
from shielding.roles import Role
from shielding.unshield import actions, policies, presenters
from shielding.unshield.attestations import attest_still_shielded
from shielding.unshield.forms import FoundForm
from shielding.web.access import for_roles
from shielding.web.fields import posted
from shielding.web.password_again import FRESH_MINUTES, fresh

STOPPED = "The unshield is stopped. The record is attested as shielded."
STOPPED_NOT_THERE = (
    "Nothing was found under this number, and nobody could confirm what was begun: it is stopped. "
    "If the record was archived or merged, or the person died, propose that it has ended."
)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def record_unshield(request: SignedIn, reference: str) -> HttpResponse:
    """Ask once more, then begin the final unshield; what is missing stands on the record's page."""
    record, now = find(request, reference), clock_now()
    if request.method == "POST":
        actions.begin_unshield(record, by=request.user, now=now)
        messages.success(
            request,
            f"Begun. Open the record on {settings.SYSTEM_NAME} now, and have it confirmed.",
        )
        return redirect("record_detail", reference)
    if policies.unshield_missing(record, request.user, now):
        return redirect("record_detail", reference)
    by_two = settings.UNSHIELD_BY_TWO
    return _page(request, record, "unshield_begin", "Begin the final unshield", by_two=by_two)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def record_unshield_confirm(request: SignedIn, reference: str) -> HttpResponse:
    """Ask the second member once more, then attest that the record is unshielded."""
    record, now = find(request, reference), clock_now()
    if request.method == "POST":
        actions.confirm_unshield(record, by=request.user, now=now)
        messages.success(request, "The record is unshielded.")
        return redirect("record_detail", reference)
    if record.state != states.UNSHIELDING:
        return redirect("record_detail", reference)
    begun = presenters.begun(record, by=request.user, now=now)
    if not begun.may_confirm:
        return redirect("record_detail", reference)
    return _page(request, record, "unshield_confirm", "Confirm the final unshield", begun=begun)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def record_unshield_stop(request: SignedIn, reference: str) -> HttpResponse:
    """Stop an unshield that was begun, having looked whether the record had been opened."""
    record = find(request, reference)
    form = FoundForm(posted(request), button="Stop the unshield")
    if form.is_valid():
        said = form.said()
        record = actions.stop_unshield(record, **said, by=request.user, now=clock_now())
        _say_stopped(request, record, said["saw"])
        return redirect("record_detail", reference)
    if record.state != states.UNSHIELDING:
        return redirect("record_detail", reference)
    return _question(request, record, form, "Stop the final unshield")


@for_roles(Role.IW)
def record_still_shielded(request: SignedIn, reference: str) -> HttpResponse:
    """Attest that a record which waits again, for nobody any more, is shielded."""
    record = find(request, reference)
    form = FoundForm(posted(request), button="Attest what I found")
    if form.is_valid():
        attest_still_shielded(record, **form.said(), by=request.user, now=clock_now())
        _say_found(request, record, form.cleaned_data["saw"], "The record is attested as shielded.")
        return redirect("record_detail", reference)
    if not record_policies.may_attest_still_shielded(request.user, record):
        return redirect("record_detail", reference)
    return _question(request, record, form, "Attest that it is shielded")


def _say_stopped(request: SignedIn, record: Record, saw: Found) -> None:
    if record.state == states.SHIELDED and not saw.is_shielded:
        messages.warning(request, STOPPED_NOT_THERE)
    else:
        _say_found(request, record, saw, STOPPED)


def _say_found(request: SignedIn, record: Record, saw: Found, done: str) -> None:
    """Say that it is done; what was found otherwise than shielded is no success."""
    if found := message_after(record, saw):
        messages.warning(request, found)
    else:
        messages.success(request, done)


def _page(
    request: SignedIn, record: Record, template: str, title: str, **more: Any
) -> HttpResponse:
    note_opened(request, record)
    back = reverse("record_detail", args=[record.reference])
    title = f"{title}: record {record.reference}"
    context = {"title": title, "record": record, "back_url": back} | more
    return render(request, f"shielding/unshield/{template}.html", context)


def _question(request: SignedIn, record: Record, form: FoundForm, title: str) -> HttpResponse:
    return _page(request, record, "look_first", title, form=form)
