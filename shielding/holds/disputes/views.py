""" "This is wrong": the pages behind the links in mails, and the IW Team's answer to it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.accounts.attempts.tries import of_a_link
from shielding.accounts.suspensions import Suspension
from shielding.holds.disputes import (
    hand_over_actions,
    list_rows,
    policies,
    presenters,
    release_actions,
    suspension_actions,
)
from shielding.holds.disputes.forms import DenyReleaseForm, SettleForm, SettleSuspensionForm
from shielding.holds.hand_over.models import HandOver
from shielding.holds.hand_over.presenters import facts
from shielding.records import states
from shielding.records.opening import open_hold
from shielding.reviews.presenters import source_words
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404, public
from shielding.web.fields import posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh

_WHY_PUBLIC = "The link in the mail stands for its reader, whose account may be suspended."


@public(_WHY_PUBLIC)
def hand_over_wrong(request: HttpRequest, token: str) -> HttpResponse:
    """Take the word of somebody who was told of a hand-over that it is wrong; only a post acts.

    Tokens that stand for nobody are tried as often as a link for a password. What counts is never
    kept out, for a whole council may reach the site from one address.
    """
    if request.method == "POST":
        if told := hand_over_actions.told_by(token):
            hand_over_actions.say_wrong(told, by=told.person, now=clock_now())
        else:
            of_a_link(request)
    return _told(request, "hand_over_wrong", "Requests went to another practitioner")


@public(_WHY_PUBLIC)
def suspension_wrong(request: HttpRequest, token: str) -> HttpResponse:
    """Take the word of somebody who was told of a suspension that it is wrong; only a post acts."""
    if request.method == "POST":
        if told := suspension_actions.told_by(token):
            suspension_actions.say_wrong(told, by=told.person, now=clock_now())
        else:
            of_a_link(request)
    return _told(request, "suspension_wrong", "An account was suspended")


def _told(request: HttpRequest, page: str, title: str) -> HttpResponse:
    """Answer the same for any token, in any state: nobody learns from it."""
    said = request.method == "POST"
    context = {"title": "You said that this is wrong" if said else title, "said": said}
    return render(request, f"shielding/holds/disputes/{page}.html", context)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def hand_over_settle(request: SignedIn, reference: str) -> HttpResponse:
    """Settle a hand-over that is said to be wrong, as a member who took no part in it."""
    hand_overs = HandOver.objects.visible_to(request.user).with_people()
    hand_over, now = found_or_404(request, hand_overs, reference=reference), clock_now()
    form = SettleForm(posted(request), disputed_at=hand_over.disputed_at)
    if form.is_valid():
        hand_over_actions.settle(hand_over, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"Hand-over {reference} is settled.")
        return redirect("hand_over", reference)
    if not policies.may_settle(request.user, hand_over, now):
        return redirect("hand_over", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=hand_over.person.uid)
    context = {
        "title": f"Settle hand-over {reference}",
        "form": form,
        "facts": facts(hand_over),
        "back_url": reverse("hand_over", args=[reference]),
    }
    return render(request, "shielding/holds/disputes/hand_over_settle.html", context)


@for_roles(Role.IW)
@require_safe
def suspensions(request: SignedIn) -> HttpResponse:
    """List the suspensions that are said to be wrong and wait for a member to settle them."""
    every, whose = Suspension.objects.visible_to(request.user), request.GET.get("whose", "")
    mine = partial(policies.suspensions_to_settle_by, request.user, clock_now())
    page = page_of(request, of_whom(every.disputed().with_people(), mine, whose))
    context = {
        "title": "Suspensions said to be wrong",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": list_rows.SUSPENSION_HEADS,
        "rows": list_rows.suspension_rows(page),
        "noun": "suspension",
        "empty": "Nobody says that a suspension is wrong.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def suspension(request: SignedIn, reference: str) -> HttpResponse:
    """Show a suspension; a member who took no part in it settles here that it was right, or not."""
    every = Suspension.objects.visible_to(request.user).with_people()
    found, now = found_or_404(request, every, reference=reference), clock_now()
    form = SettleSuspensionForm(posted(request), disputed_at=found.disputed_at)
    if form.is_valid():
        settle = suspension_actions.settle
        why_not = settle(found, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"Suspension {reference} is settled. {why_not}".strip())
        return redirect("suspension", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=found.person.uid)
    context: dict[str, Any] = {
        "title": f"Suspension {reference}",
        "suspension": found,
        "form": form,
        "facts": presenters.suspension_facts(found),
        "may_settle": policies.may_settle_suspension(request.user, found, now),
        "settlers": [one.name for one in policies.settlers_of_suspension(found, now)],
        "back_url": reverse("person", args=[found.person.uid]),
    }
    return render(request, "shielding/holds/disputes/suspension.html", context)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def hold_denied(request: SignedIn, reference: str) -> HttpResponse:
    """Record that a source said on the call about their release that they did not let go."""
    hold, now = open_hold(request, reference), clock_now()
    back = reverse("record_detail", args=[hold.record.reference])
    form = DenyReleaseForm(posted(request), hold=hold)
    if form.is_valid():
        release_actions.deny_release(hold, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"Request {reference} stands again.")
        return redirect(back)
    if hold.source is None or not policies.may_deny_release(request.user, hold, now):
        if not policies.can_be_denied(hold):
            messages.info(request, policies.why_not_denied(hold))
        return redirect(back)
    context = {
        "title": "They say that they did not withdraw it",
        "caption": f"Request {reference}",
        "form": form,
        "hold": hold,
        "source": source_words(hold),
        "unshielding": hold.record.state == states.UNSHIELDING,
        "back_url": back,
    }
    return render(request, "shielding/holds/disputes/denied.html", context)
