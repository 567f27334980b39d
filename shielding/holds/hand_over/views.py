"""A practitioner leaves or moves: one member of the IW Team proposes a colleague, another confirms.

Nothing changes hands before the second member.
"""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.models import User
from shielding.filled import filled
from shielding.holds.disputes import policies as dispute_policies
from shielding.holds.hand_over import actions as acts
from shielding.holds.hand_over import list_rows, policies, presenters
from shielding.holds.hand_over.forms import ColleagueForm, ConfirmHandOverForm, WhoseItIsForm
from shielding.holds.hand_over.models import HandOver, HandOverQuerySet
from shielding.records.opening import note_work, open_hold
from shielding.reviews.presenters import source_words
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.fields import choice_of_rows, posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh
from shielding.web.refusals import NotAllowed


@for_roles(Role.IW)
def person_hand_over(request: SignedIn, uid: UUID) -> HttpResponse:
    """Choose who is to take over: a working practitioner of the same service."""
    person = _practitioner(request, uid)
    form = ColleagueForm(posted(request), person=person)
    if form.is_valid():
        return redirect("person_hand_over_to", uid, form.cleaned_data["to"].uid)
    context = {
        "title": f"Who takes over from {person.name}?",
        "form": form,
        "nobody": not choice_of_rows(form, "to").queryset,
        "waiting": _waiting(request).filter(person=person).first(),
        "back_url": reverse("person", args=[uid]),
    }
    return render(request, "shielding/holds/hand_over/colleague.html", context)


@for_roles(Role.IW)
def person_hand_over_to(request: SignedIn, uid: UUID, to: UUID) -> HttpResponse:
    """Say what would change hands, then propose it; another member confirms."""
    person, now = _practitioner(request, uid), clock_now()
    colleague = found_or_404(request, User.objects.visible_to(request.user), uid=to)
    if request.method == "POST":
        proposed = acts.propose(person, to=colleague, by=request.user, now=now)
        messages.success(request, "Proposed. Nothing changes hands until another member confirms.")
        return redirect("hand_over", proposed.reference)
    if not policies.may_take_over(colleague, person):
        return redirect("person_hand_over", uid)
    log_entry_alone("directory_opened", by=request.user, at=now, person=person.uid)
    context = {
        "title": f"Propose to hand over from {person.name} to {colleague.name}",
        "rows": presenters.in_hand(person, colleague),
        "colleague": colleague,
        "maker": presenters.maker_of(colleague),
        "back_url": reverse("person_hand_over", args=[uid]),
    }
    return render(request, "shielding/holds/hand_over/propose.html", context)


@for_roles(Role.IW)
def hold_hand_over(request: SignedIn, reference: str) -> HttpResponse:
    """Choose whose one request is that a file put to the wrong practitioner."""
    hold = open_hold(request, reference)
    form = WhoseItIsForm(posted(request), hold=hold)
    why_not = policies.why_not_alone(hold)
    if form.is_valid() and not why_not:
        return redirect("hold_hand_over_to", reference, form.cleaned_data["to"].uid)
    if why_not == policies.NOT_TAKEN_OVER:
        return redirect("record_detail", hold.record.reference)
    context = {
        "title": "Whose request is it?",
        "caption": f"Request {reference}",
        "form": form,
        "why_not": why_not,
        "call_url": reverse("hold_denied", args=[reference])
        if dispute_policies.can_be_denied(hold)
        else "",
        "source": source_words(hold),
        "waiting": _waiting(request).filter(person=hold.source_id).first(),
        "back_url": reverse("record_detail", args=[hold.record.reference]),
    }
    return render(request, "shielding/holds/hand_over/whose.html", context)


@for_roles(Role.IW)
def hold_hand_over_to(request: SignedIn, reference: str, to: UUID) -> HttpResponse:
    """Say that this one request would go, then propose it; another member confirms."""
    hold, now = open_hold(request, reference), clock_now()
    people = User.objects.visible_to(request.user).select_related("service")
    colleague = found_or_404(request, people, uid=to)
    if request.method == "POST":
        proposed = acts.propose_alone(hold, to=colleague, by=request.user, now=now)
        messages.success(request, "Proposed. Nothing changes hands until another member confirms.")
        return redirect("hand_over", proposed.reference)
    if policies.why_not_alone(hold):
        return redirect("hold_hand_over", reference)
    if not policies.may_take_over(colleague, filled(hold.source), anywhere=True):
        return redirect("hold_hand_over", reference)
    may = policies.may_propose_alone(request.user, hold, colleague, now)
    context = {
        "title": f"Propose to hand request {reference} over to {colleague.name}",
        "rows": presenters.alone(hold, colleague),
        "may_propose": may,
        "proposers": [one.name for one in policies.proposers_alone(hold, colleague, now)],
        "back_url": reverse("hold_hand_over", args=[reference]),
    }
    return render(request, "shielding/holds/hand_over/propose_alone.html", context)


@for_roles(Role.IW)
@require_safe
def hand_overs(request: SignedIn) -> HttpResponse:
    """List the hand-overs that wait for another member: to confirm, or to settle."""
    every = HandOver.objects.visible_to(request.user).with_people()
    disputed, whose = request.GET.get("show") == "disputed", request.GET.get("whose", "")
    listed = every.disputed() if disputed else every.open()
    mine_of = dispute_policies.to_settle_by if disputed else policies.to_confirm_by
    mine = partial(mine_of, request.user, clock_now())
    page = page_of(request, of_whom(listed, mine, whose))
    context = {
        "title": "Hand-overs said to be wrong" if disputed else "Hand-overs to confirm",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": list_rows.HAND_OVER_HEADS,
        "rows": list_rows.hand_over_rows(page),
        "noun": "hand-over",
        "empty": "No hand-over is waiting for a second member.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def hand_over(request: SignedIn, reference: str) -> HttpResponse:
    """Show a hand-over and what moves by it; the second member confirms it here."""
    proposed, now = _found(request, reference), clock_now()
    shown = acts.references_of(proposed)
    form = ConfirmHandOverForm(posted(request), hand_over=proposed, shown=shown)
    if form.is_valid():
        moved = acts.confirm(proposed, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"Handed over to {proposed.to.name}: {moved} in all.")
        return redirect("hand_over", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=proposed.person.uid)
    if proposed.only is not None:
        note_work(request, [proposed.only.record.reference])
    context: dict[str, Any] = {
        "title": f"Hand-over from {proposed.person.name} to {proposed.to.name}",
        "hand_over": proposed,
        "form": form,
        "facts": presenters.facts(proposed),
        "step": presenters.step(proposed, by=request.user, now=now),
        "rows": presenters.would_go(proposed),
        "back_url": reverse("person", args=[proposed.person.uid]),
    }
    return render(request, "shielding/holds/hand_over/hand_over.html", context)


@for_roles(Role.IW)
@require_POST
def hand_over_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Take back a hand-over that was proposed."""
    acts.withdraw(_found(request, reference), by=request.user, now=clock_now())
    messages.success(request, "The proposal is taken back. Nothing has changed hands.")
    return redirect("hand_over", reference)


def _waiting(request: SignedIn) -> HandOverQuerySet:
    return HandOver.objects.visible_to(request.user).open()


def _found(request: SignedIn, reference: str) -> HandOver:
    every = HandOver.objects.visible_to(request.user).with_people()
    return found_or_404(request, every, reference=reference)


def _practitioner(request: SignedIn, uid: UUID) -> User:
    """Return the practitioner this is about; nobody else holds anything."""
    people = User.objects.visible_to(request.user).select_related("service")
    person = found_or_404(request, people, uid=uid)
    if not person.is_practitioner:
        raise NotAllowed("may_not")
    return person
