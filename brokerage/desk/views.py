"""The IW Team's brokerage desk: its lists, one access request with all its acts, urgent calls."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from brokerage.desk import actions, forms, request_page, urgent_calls
from brokerage.desk.queue_page import Queue
from brokerage.desk.urgent_call_forms import UrgentForm
from brokerage.models import AccessRequest, Liaison
from brokerage.opening import open_access
from brokerage.source import actions as source_actions
from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.fields import posted
from shielding.web.password_again import fresh, minutes_to_decide, minutes_to_open

# What each form of the page does, and what its member is told afterwards.
ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "ask-sources": (
        actions.ask_sources,
        "The practitioners are asked; phone those without an account.",
    ),
    "keep-quiet": (actions.ask_nobody, "It is recorded that they are not told."),
    "ask-lead": (actions.ask_lead, "The IW lead is asked."),
    "decide": (actions.decide_as_lead, "Your decision is recorded. Another member concludes."),
    "conclude": (
        actions.conclude,
        "Concluded. The request says from when what the outcome says may be done.",
    ),
    "pass-on": (actions.pass_on, "It is recorded that you passed it on by phone."),
    "stop": (
        source_actions.stop_contact,
        "The contact is stopped. Phone the practitioner now, and the requester if they know of it.",
    ),
    "read": (urgent_calls.read_call, "It is recorded that you read this call."),
}
FORM = {form.slug: form for form in forms.FORMS}
_deciding = fresh(minutes_to_decide, back_to="brokerage_request", named=("reference",))


@for_roles(Role.IW)
@require_safe
def brokerage_queue(request: SignedIn) -> HttpResponse:
    """List access requests by tab, sorted and 25 a page: references, never names or numbers."""
    queue = Queue(request.GET, reader=request.user, now=clock_now())
    return render(request, "brokerage/desk/queue.html", queue.context())


@for_roles(Role.IW)
@fresh(minutes_to_open)
@require_safe
def brokerage_request(request: SignedIn, reference: str) -> HttpResponse:
    """Show one access request whole, with all that may be done to it. Opening it is an entry."""
    return _page(request, _opened(request, reference))


@for_roles(Role.IW)
@_deciding
@require_POST
def brokerage_act(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """Do one thing to an access request; whoever was overtaken is told who was first and when."""
    now = clock_now()
    access = _opened(request, reference)
    form = FORM[slug](request.POST, access=access, by=request.user, now=now)
    if not form.is_valid():
        return _page(request, access, tried=form)
    act, done = ACTS[slug]
    act(access, **form.said(), by=request.user, now=now)
    messages.success(request, done)
    return redirect("brokerage_request", reference)


@for_roles(Role.IW)
@_deciding
@require_POST
def brokerage_answer(request: SignedIn, reference: str, liaison: str) -> HttpResponse:
    """Record what a source said, on their confirmed word, or that they were silent.

    From a page on which the same source was asked: not of who had the claim before.
    """
    now = clock_now()
    access = _opened(request, reference)
    asked: Liaison = found_or_404(request, access.liaisons.in_full(), reference=liaison)
    asked.access = access
    form = forms.AnswerForm(request.POST, liaison=asked, now=now)
    if not form.is_valid():
        return _page(request, access, tried=form)
    actions.answer_on_word(asked, **form.said(), by=request.user, now=now)
    messages.success(request, "The answer is recorded.")
    return redirect("brokerage_request", reference)


@for_roles(Role.IW)
def urgent_call(request: SignedIn) -> HttpResponse:
    """Log an urgent call that was dealt with at once; another member reads it within 24 hours."""
    form = UrgentForm(posted(request))
    if form.is_valid():
        access = urgent_calls.log_call(**form.call(), by=request.user, now=clock_now())
        messages.success(request, "The call is logged. Another member reads it within 24 hours.")
        return redirect("brokerage_request", access.reference)
    context = {"title": "Log an urgent call", "form": form, "back_url": reverse("brokerage_queue")}
    return render(request, "brokerage/desk/urgent.html", context)


def _opened(request: SignedIn, reference: str) -> AccessRequest:
    # The page asks of many acts who may do them: who has a part is read once.
    visible = AccessRequest.objects.visible_to(request.user).prefetch_related("participations")
    return open_access(request, visible, reference, clock_now())


def _page(
    request: SignedIn, access: AccessRequest, *, tried: request_page.Tried = None
) -> HttpResponse:
    context = request_page.context(access, by=request.user, now=clock_now(), tried=tried)
    return render(request, "brokerage/desk/request.html", context)
