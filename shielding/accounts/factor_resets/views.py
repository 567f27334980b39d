"""Resetting a second factor that was lost, and those that wait for an IW lead."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.factor_resets import actions, policies, presenters
from shielding.accounts.factor_resets.forms import PhonedForm, ProposeForm
from shielding.accounts.factor_resets.models import FactorReset
from shielding.accounts.models import User
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.fields import posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.refusals import NotAllowed

_NOT_YOURS = (
    "This is not yours to reset. A colleague may, who did not set their phone number within the "
    "last 28 days and was not newly granted their role."
)
_ROOM = "shielding/accounts/factor_resets"


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES)
def person_factor_reset(request: SignedIn, uid: UUID) -> HttpResponse:
    """Reset a practitioner's second factor; of anybody else propose it."""
    people = User.objects.visible_to(request.user).select_related("service")
    person, now = found_or_404(request, people, uid=uid), clock_now()
    at_once = policies.may_reset(request.user, person, now)
    if not at_once and not policies.may_propose_reset(request.user, person):
        raise NotAllowed("may_not", _NOT_YOURS)
    form = PhonedForm(posted(request)) if at_once else ProposeForm(posted(request))
    if form.is_valid():
        if at_once:
            reset = actions.reset_factor(person, **form.cleaned_data, by=request.user, now=now)
        else:
            reset = actions.propose_reset(person, by=request.user, now=now)
            messages.success(request, "Proposed. Nothing changes until an IW lead confirms it.")
        return redirect("factor_reset", reset.reference)
    context = {
        "title": f"Lost app or key of {person.name}",
        "facts": presenters.person_facts(person),
        "at_once": at_once,
        "form": form,
        "back_url": reverse("person", args=[uid]),
    }
    return render(request, f"{_ROOM}/person.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_safe
def factor_resets(request: SignedIn) -> HttpResponse:
    """List the resets that were proposed and wait for an IW lead."""
    every, whose = FactorReset.objects.visible_to(request.user), request.GET.get("whose", "")
    mine = partial(policies.to_confirm_by, request.user, clock_now())
    page = page_of(request, of_whom(every.open().with_people(), mine, whose))
    context = {
        "title": "Lost apps and keys to confirm",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": presenters.HEADS,
        "rows": presenters.reset_rows(page),
        "noun": "reset",
        "empty": "No reset is waiting for an IW lead.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES)
def factor_reset(request: SignedIn, reference: str) -> HttpResponse:
    """Show a reset; a lead confirms it here, and whoever did it reads the code aloud from here."""
    reset, now = _found(request, reference), clock_now()
    form = PhonedForm(posted(request))
    if form.is_valid():
        actions.confirm_reset(reset, **form.cleaned_data, by=request.user, now=now)
        return redirect("factor_reset", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=reset.person.uid)
    void = policies.why_void(reset) if reset.is_open else ""
    context = {
        "title": f"Reset for {reset.person.name}",
        "reset": reset,
        "facts": presenters.facts(reset),
        "void": void,
        "form": form,
        "code": presenters.code_for(reset, request.user, now),
        "may_confirm": not void and policies.may_confirm_reset(request.user, reset, now),
        "may_withdraw": policies.may_withdraw_reset(request.user, reset),
        "back_url": reverse("person", args=[reset.person.uid]),
    }
    return render(request, f"{_ROOM}/reset.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_POST
def factor_reset_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Take a proposed reset back."""
    actions.withdraw_reset(_found(request, reference), by=request.user, now=clock_now())
    messages.success(request, "The proposal is taken back. Nothing has changed.")
    return redirect("factor_reset", reference)


def _found(request: SignedIn, reference: str) -> FactorReset:
    every = FactorReset.objects.visible_to(request.user).with_people()
    return found_or_404(request, every, reference=reference)
