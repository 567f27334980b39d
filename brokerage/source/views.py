"""A source's pages: what they are asked, answering, objecting later, stopping a contact.

Every page opens through `open_liaison`, under the question's own reference: nothing leads from it
to the access request, to the record or to another source.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brokerage import source_policies
from brokerage.access_request_codes import Answer
from brokerage.models import Liaison, LiaisonQuerySet
from brokerage.opening import open_liaison
from brokerage.source import actions, forms, list_rows, lists, presenters
from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import Form, posted
from shielding.web.paging import first_page, page_of
from shielding.web.refusals import WrongState

ask = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(Role.PRACTITIONER)
@require_safe
def liaison_list(request: SignedIn) -> HttpResponse:
    """List what a source has to answer, then what else they were asked."""
    now = clock_now()
    to_answer = lists.to_answer(request.user).select_related("hold")
    if request.GET.get("show") == "waiting":
        return _all_to_answer(request, to_answer)
    waiting = first_page(to_answer)
    page = page_of(request, lists.other_asked(request.user, now))
    context = {
        "title": "Questions about contact",
        "waiting": waiting,
        "waiting_heads": list_rows.TO_ANSWER_HEADS,
        "waiting_rows": list_rows.to_answer_rows(waiting),
        "page": page,
        "heads": list_rows.OTHER_HEADS,
        "rows": list_rows.other_rows(page, now),
        "handed_on_heads": list_rows.HANDED_ON_HEADS,
        "handed_on_rows": list_rows.handed_on_rows(lists.handed_on(request.user)),
        "back_url": reverse("home"),
    }
    return render(request, "brokerage/source/list.html", context)


@for_roles(Role.PRACTITIONER)
@require_safe
def liaison_detail(request: SignedIn, reference: str) -> HttpResponse:
    """Show who asks to reach the source, and what the source may do now."""
    now = clock_now()
    return _page(request, open_liaison(request, reference, now), now)


@for_roles(Role.PRACTITIONER)
@require_POST
def liaison_answer(request: SignedIn, reference: str) -> HttpResponse:
    """Take the source's answer: one of three."""
    now = clock_now()
    liaison = open_liaison(request, reference, now)
    given = (request.POST.get("answer", ""), request.POST.get("family", ""))
    said = source_policies.has_said(request.user, liaison, *given)
    if not (said or _asks(liaison)):
        raise WrongState("not_asked", "This was answered already, or it is not asked any more.")
    form = forms.AnswerForm(request.POST, liaison=liaison)
    if not form.is_valid():
        return _page(request, liaison, now, tried=form)
    actions.answer(liaison, **form.cleaned_data, by=request.user, now=now)
    messages.success(request, "Saved: the IW Team has your answer.")
    return redirect("liaison_detail", reference)


@for_roles(Role.PRACTITIONER)
@ask
def liaison_object(request: SignedIn, reference: str) -> HttpResponse:
    """Put an objection in place of what was said before, after a page that asks once."""
    now = clock_now()
    liaison = open_liaison(request, reference, now)
    if not source_policies.may_object_later(liaison):
        return _leave(request, liaison, "It is too late to object here.")
    form = forms.ObjectForm(posted(request), liaison=liaison)
    if form.is_valid():
        said = {"answer": Answer.OBJECTS, **form.cleaned_data}
        actions.answer(liaison, **said, by=request.user, now=now)
        messages.success(
            request, "Saved: you object. There is no contact unless an IW lead decides otherwise."
        )
        return redirect("liaison_detail", reference)
    return _confirm(request, liaison, form, "Object on safety grounds?", "object")


@for_roles(Role.PRACTITIONER)
@require_POST
def liaison_contact(request: SignedIn, reference: str) -> HttpResponse:
    """Show how to reach the requester, in this answer only; showing it is an entry."""
    now = clock_now()
    liaison = open_liaison(request, reference, now)
    requester = actions.show_contact(liaison, by=request.user, now=now)
    context = {
        "title": "How to reach who asks",
        "caption": liaison.reference,
        "facts": presenters.contact_facts(liaison, requester),
        "has_phone": bool(requester.phone),
        "back_url": reverse("liaison_detail", args=[reference]),
    }
    return render(request, "brokerage/source/contact.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def liaison_stop(request: SignedIn, reference: str) -> HttpResponse:
    """Stop a contact that rests on the source's own offer, after a page that asks once."""
    now = clock_now()
    liaison = open_liaison(request, reference, now)
    done = request.method == "POST" and liaison.access.stopped_by_id == request.user.pk
    if not (done or source_policies.may_stop(liaison, now)):
        return _leave(request, liaison, "There is no contact to stop here.")
    if request.method == "POST":
        actions.stop_contact(liaison.access, by=request.user, now=now)
        messages.success(request, "The contact is stopped. The IW leads are told.")
        return redirect("liaison_detail", reference)
    return _confirm(request, liaison, forms.StopForm(), "Stop this contact?", "stop")


def _all_to_answer(request: SignedIn, to_answer: LiaisonQuerySet) -> HttpResponse:
    page = page_of(request, to_answer)
    context = {
        "title": "Questions about contact to answer",
        "page": page,
        "noun": "question",
        "nouns": "questions",
        "heads": list_rows.TO_ANSWER_HEADS,
        "rows": list_rows.to_answer_rows(page),
        "empty": "Nothing to answer.",
        "back_url": reverse("liaison_list"),
        "back_text": "Questions about contact",
    }
    return render(request, "brokerage/all_waiting.html", context)


def _asks(liaison: Liaison) -> bool:
    """Return whether the page takes an answer: also where a member wrote one down by phone."""
    return source_policies.has_to_answer(liaison) or source_policies.may_confirm(liaison)


def _page(request: SignedIn, liaison: Liaison, now: datetime, *, tried: Any = None) -> HttpResponse:
    runs = source_policies.is_running(liaison.access, now)
    read = presenters.status(liaison, runs=runs, now=now)
    context = {
        "title": f"Question about contact {liaison.reference}",
        "liaison": liaison,
        "facts": presenters.facts(liaison, read),
        "what_now": presenters.what_now(liaison, read, now),
        "form": (tried or forms.AnswerForm(liaison=liaison)) if _asks(liaison) else None,
        "may_confirm": source_policies.may_confirm(liaison),
        "may_object": source_policies.may_object_later(liaison),
        "object_words": presenters.object_words(read),
        "may_stop": source_policies.may_stop(liaison, now),
        "may_see_contact": source_policies.may_see_contact(liaison, now),
        "said_before": read in presenters.SAID_BEFORE_YOU,
        "back_url": reverse("liaison_list"),
        "back_text": "Questions about contact",
    }
    return render(request, "brokerage/source/question.html", context)


def _leave(request: SignedIn, liaison: Liaison, refusal: str) -> HttpResponse:
    """Lead away from a page that has nothing to ask; refuse what was posted to it."""
    if request.method == "POST":
        raise WrongState("not_asked", refusal)
    return redirect("liaison_detail", liaison.reference)


def _confirm(
    request: SignedIn, liaison: Liaison, form: Form, title: str, template: str
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "caption": liaison.reference,
        "warning": "You cannot take this back.",
        "back_url": reverse("liaison_detail", args=[liaison.reference]),
    }
    return render(request, f"brokerage/source/{template}.html", context)
