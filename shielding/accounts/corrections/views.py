"""Another email address for an account: one colleague proposes it, another phones and confirms."""

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
from shielding.accounts.corrections import actions, list_rows, policies, presenters
from shielding.accounts.corrections.forms import AddressForm, ConfirmAddressForm
from shielding.accounts.corrections.models import AddressChange
from shielding.accounts.models import User
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.fields import posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.refusals import NotAllowed


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES)
def person_address(request: SignedIn, uid: UUID) -> HttpResponse:
    """Propose another email address for somebody."""
    people = User.objects.visible_to(request.user).select_related("service")
    person = found_or_404(request, people, uid=uid)
    if not policies.may_propose_address(request.user, person):
        raise NotAllowed("may_not")
    form = AddressForm(posted(request), person=person)
    if form.is_valid():
        address, now = form.cleaned_data["address"], clock_now()
        change = actions.propose_address(person, address, by=request.user, now=now)
        messages.success(request, "Proposed. The address stays until another confirms the new one.")
        return redirect("address_change", change.reference)
    context = {
        "title": "Change the email address",
        "form": form,
        "person": person.name,
        "back_url": reverse("person", args=[uid]),
    }
    return render(request, "layouts/question.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_safe
def addresses(request: SignedIn) -> HttpResponse:
    """List the email addresses that were proposed and wait for another colleague."""
    every, whose = AddressChange.objects.visible_to(request.user), request.GET.get("whose", "")
    mine = partial(policies.to_confirm_by, request.user, clock_now())
    page = page_of(request, of_whom(every.open().with_people(), mine, whose))
    context = {
        "title": "Email addresses to confirm",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": list_rows.HEADS,
        "rows": list_rows.address_rows(page),
        "noun": "address change",
        "empty": "No email address is waiting for a second colleague.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@fresh(FRESH_MINUTES)
def address_change(request: SignedIn, reference: str) -> HttpResponse:
    """Show a proposed email address; the second colleague confirms it here, after the call."""
    change, now = _found(request, reference), clock_now()
    form = ConfirmAddressForm(posted(request))
    if form.is_valid():
        actions.confirm_address(change, **form.cleaned_data, by=request.user, now=now)
        done = "The address is changed. The old one and the person are told, and they are invited."
        messages.success(request, done)
        return redirect("address_change", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=change.person.uid)
    void = policies.why_void(change) if change.is_open else ""
    context = {
        "title": f"Email address of {change.person.name}",
        "change": change,
        "facts": presenters.facts(change),
        "void": void,
        "form": form,
        "may_confirm": not void and policies.may_confirm_address(request.user, change, now),
        "may_withdraw": change.is_open and policies.may_withdraw_address(request.user, change),
        "back_url": reverse("person", args=[change.person.uid]),
    }
    return render(request, "shielding/accounts/corrections/address_change.html", context)


@for_roles(Role.IW, Role.ADMINISTRATOR)
@require_POST
def address_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Take back an email address that was proposed."""
    actions.withdraw_address(_found(request, reference), by=request.user, now=clock_now())
    messages.success(request, "The proposal is taken back. The address stays as it is.")
    return redirect("address_change", reference)


def _found(request: SignedIn, reference: str) -> AddressChange:
    every = AddressChange.objects.visible_to(request.user).with_people()
    return found_or_404(request, every, reference=reference)
