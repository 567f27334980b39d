"""The other ends of a record: one member proposes, another confirms, either may take it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.checks.presenters import message_after
from shielding.records.models import Record
from shielding.records.opening import find, note_opened
from shielding.reviews.list_rows import ASKING_HEADS, asking_rows
from shielding.roles import Role
from shielding.unshield import other_ends, policies, presenters
from shielding.unshield.forms import ConfirmEndForm, EndForm
from shielding.web.access import for_roles
from shielding.web.fields import Form, posted
from shielding.web.password_again import FRESH_MINUTES, fresh


@for_roles(Role.IW)
def record_end_propose(request: SignedIn, reference: str) -> HttpResponse:
    """Propose that the record has ended, and how; nothing changes until another confirms."""
    record = find(request, reference)
    form = EndForm(posted(request))
    if form.is_valid():
        other_ends.propose_end(record, **form.end(), by=request.user, now=clock_now())
        messages.success(request, "Proposed. Another member must confirm it.")
        return redirect("record_detail", reference)
    if not policies.may_propose_end(request.user, record):
        return redirect("record_detail", reference)
    return _question(request, record, form, "Propose that the record has ended")


@for_roles(Role.IW)
@require_POST
def record_end_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Take back the proposal that the record has ended."""
    other_ends.withdraw_end(find(request, reference), by=request.user, now=clock_now())
    messages.success(request, "The proposal is taken back. Nothing else has changed.")
    return redirect("record_detail", reference)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def record_end_confirm(request: SignedIn, reference: str) -> HttpResponse:
    """Confirm, as the second member, that the record has ended: its requests end with it."""
    record, now = find(request, reference), clock_now()
    if not record.end_code:
        return redirect("record_detail", reference)
    form = ConfirmEndForm(posted(request), record=record)
    if form.is_valid():
        found, ends = form.cleaned_data["saw"], form.ends_on(form.cleaned_data["saw"])
        other_ends.confirm_end(record, **form.attestations(), by=request.user, now=now)
        if ends:
            messages.success(request, "Confirmed: the record has ended.")
        else:
            messages.warning(request, message_after(record, found, done=False))
        return redirect("record_detail", reference)
    if not policies.may_confirm_end(request.user, record, now):
        return redirect("record_detail", reference)
    standing = record.holds.in_full().standing()
    more: dict[str, Any] = {"end": presenters.end(record, by=request.user, now=now)}
    more |= {"asking": asking_rows(standing), "heads": ASKING_HEADS}
    return _question(request, record, form, "Confirm that the record has ended", **more)


def _question(
    request: SignedIn, record: Record, form: Form, title: str, **more: Any
) -> HttpResponse:
    note_opened(request, record)
    back = reverse("record_detail", args=[record.reference])
    title = f"{title}: record {record.reference}"
    context = {"title": title, "record": record, "form": form, "back_url": back} | more
    return render(request, "shielding/unshield/end.html", context)
