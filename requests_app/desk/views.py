"""The IW Team's desk: the work queue, one request with all that can be done to it, phone calls."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from requests_app import policies
from requests_app.desk import actions, forms, phoned_requests, request_page
from requests_app.desk.lists import MANY, crowded
from requests_app.desk.phoned_request_forms import OpenAnswersForm, PhonedForm
from requests_app.desk.queue_page import Queue
from requests_app.desk.queue_rows import CROWDED_HEADS, crowded_rows
from requests_app.desk.redirected_family_form import RedirectedForm
from requests_app.models import Request
from requests_app.opening import open_request
from shielding.checks.actions import SHIELDED
from shielding.checks.presenters import message_after
from shielding.desk.actions import show_number
from shielding.filled import filled
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import posted
from shielding.web.paging import page_of
from shielding.web.password_again import fresh, minutes_to_decide, minutes_to_open

# What each form of the request page does, and what its member is told afterwards.
ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "applied": (
        actions.attest_applied_for_request,
        "The record is attested as shielded for this request.",
    ),
    "phoned-back": (
        actions.attest_phoned_back,
        "It is attested that you phoned about the reason.",
    ),
    "agree": (actions.agree, "The request is agreed."),
    "return": (actions.return_with_query, "The request is returned. It stands meanwhile."),
    "propose": (actions.propose_not_agreed, "Proposed. Another member must confirm it."),
    "confirm": (actions.confirm_not_agreed, "Confirmed: the request is not agreed."),
    "overturn": (actions.overturn_not_agreed, "Overturned. The request is to be decided again."),
    "settle": (actions.settle_considered, "Confirmed. The first review is concluded."),
    "let-go": (actions.conclude_let_go, "The first review is concluded."),
    "look-again": (
        actions.ask_to_look_again,
        "The practitioner and their line manager are asked to look at the decision again, where "
        "they have working accounts.",
    ),
}
FORM = {form.slug: form for form in forms.FORMS}


@for_roles(Role.IW)
@require_safe
def desk_queue(request: SignedIn) -> HttpResponse:
    """List requests by tab, filtered, sorted and 25 a page: references, never numbers or names."""
    queue = Queue(request.GET, reader=request.user, now=clock_now())
    return render(request, "requests_app/desk/queue.html", queue.context())


@for_roles(Role.IW)
@fresh(minutes_to_open)
@require_safe
def desk_request(request: SignedIn, reference: str) -> HttpResponse:
    """Show one request whole, with all that may be done to it. Opening it is an entry.

    It asks for the password before anything can be typed that a decision would then lose.
    """
    now = clock_now()
    return _page(request, open_request(request, reference, now), now)


@for_roles(Role.IW)
@fresh(minutes_to_decide, back_to="desk_request", named=("reference",))
@require_POST
def desk_act(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """Do one thing to a request; whoever was overtaken by a colleague is told who and when."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = FORM[slug](request.POST, asked=asked)
    if not form.is_valid():
        return _page(request, asked, now, tried=form)
    action, done = ACTS[slug]
    action(asked, **form.cleaned_data, by=request.user, now=now)
    found = form.cleaned_data.get("saw", SHIELDED)
    if form.goes_on(found):
        messages.success(request, done)
    if found != SHIELDED:
        done_all = form.goes_on(found)
        messages.warning(request, message_after(filled(asked.record), found, done=done_all))
    return redirect("desk_request", reference)


@for_roles(Role.IW)
@require_POST
def desk_number(request: SignedIn, reference: str) -> HttpResponse:
    """Show the record number of a request in this reply alone; that it was shown is an entry."""
    now = clock_now()
    asked = open_request(request, reference, now)
    number = show_number(filled(asked.record), reference=reference, by=request.user, now=now)
    return _page(request, asked, now, number=number)


@for_roles(Role.IW)
def phoned(request: SignedIn) -> HttpResponse:
    """Log a request somebody phones in; its hold is placed at once, then it is to be applied."""
    form = PhonedForm(posted(request))
    if form.is_valid():
        asked = phoned_requests.log_phoned(**form.call(), by=request.user, now=clock_now())
        messages.success(request, "The request is logged. Shield the record now.")
        return redirect("desk_request", asked.reference)
    context = {"title": "Log a phoned request", "form": form, "back_url": reverse("desk_queue")}
    return render(request, "requests_app/desk/phoned.html", context)


@for_roles(Role.IW)
def desk_answers(request: SignedIn, reference: str) -> HttpResponse:
    """Record what somebody without an account answers by phone, all that is open on one page."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = OpenAnswersForm(posted(request), asked=asked, now=now)
    if form.is_valid():
        phoned_requests.record_answers(asked, **form.answers(), by=request.user, now=now)
        messages.success(request, "What they answered is recorded, on their word.")
        return redirect("desk_request", reference)
    if not (policies.may_answer_for(request.user, asked) and form.asks_anything):
        messages.info(request, form.nothing_left)
        return redirect("desk_request", reference)
    back = reverse("desk_request", args=[reference])
    context = {"title": "Record what they answered", "form": form, "asked": asked}
    context |= {"caption": f"Request {reference}", "back_url": back}
    return render(request, "requests_app/desk/answers.html", context)


@for_roles(Role.IW)
def redirected(request: SignedIn) -> HttpResponse:
    """Log that a family was told to speak to a practitioner they know: day and kind, no more."""
    form = RedirectedForm(posted(request))
    if form.is_valid():
        actions.redirect_family(**form.cleaned_data, by=request.user, now=clock_now())
        messages.success(request, "It is logged that the family was told whom to speak to.")
        return redirect("home")
    title = "Log a family that asked the council directly"
    context = {"title": title, "form": form, "back_url": reverse("home")}
    return render(request, "requests_app/desk/redirected.html", context)


@for_roles(Role.IW)
@require_safe
def many_requests(request: SignedIn) -> HttpResponse:
    """List the practitioners with more undecided requests than one person usually has."""
    page = page_of(request, crowded(request.user))
    context = {
        "title": f"Practitioners with more than {MANY} undecided requests",
        "page": page,
        "heads": CROWDED_HEADS,
        "rows": crowded_rows(page),
        "noun": "practitioner",
        "empty": f"Nobody has more than {MANY} undecided requests.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


def _page(
    request: SignedIn,
    asked: Request,
    now: datetime,
    *,
    tried: forms.DeskForm | None = None,
    number: str = "",
) -> HttpResponse:
    """Show the page of a request that `open_request` opened."""
    context = request_page.context(asked, by=request.user, now=now, tried=tried)
    return render(request, "requests_app/desk/request.html", context | {"number": number})
