"""A practitioner's pages: their list, the questions of a request, sending it, what became of it.

Every page of a request opens through `open_request`, so that a stranger's is not there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from requests_app import policies, questions
from requests_app.models import Request
from requests_app.opening import is_anothers_now, open_request
from requests_app.practitioner import (
    actions,
    list_rows,
    lists,
    own_page,
    presenters,
    sending_forms,
    to_do,
)
from requests_app.practitioner.question_forms import RequestSheetForm
from requests_app.practitioner.refused_answers import note_refused
from shielding import clock
from shielding.accounts.models import User
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.cells import Rows
from shielding.web.confirm_page import ask_once
from shielding.web.fields import Form, posted
from shielding.web.kept.answers import bring_back
from shielding.web.paging import page_of
from shielding.web.refusals import ChangedSince, WrongState

ask = require_http_methods(["GET", "HEAD", "POST"])
_ONLY_IF_SAFE = (
    "Tell them only in a way that is safe for them. Where it is not safe to tell them, there is "
    "nothing to do here: it has no deadline, and each review of this request asks about the family "
    "again."
)


@for_roles(Role.PRACTITIONER)
@require_safe
def request_list(request: SignedIn) -> HttpResponse:
    """List what waits for the practitioner, then the requests they sent."""
    duty = to_do.DUTY.get(request.GET.get("show", ""))
    if duty is not None:
        return _duty_list(request, duty)
    now = clock_now()
    today = clock.today(now)
    page = page_of(request, lists.sent_by(request.user))
    rows, more = _to_do(request, now)
    context = {
        "title": "Your requests",
        "page": page,
        "heads": list_rows.LIST_HEADS,
        "rows": list_rows.list_rows(page, today),
        "to_do_heads": list_rows.DUTY_HEADS,
        "to_do": rows,
        "more": more,
        "manages": request.user.is_manager,
    }
    return render(request, "requests_app/practitioner/list.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def request_start(request: SignedIn) -> HttpResponse:
    """Say what to know before starting; the button there starts a draft."""
    if request.method == "POST":
        draft = actions.start_draft(by=request.user, now=clock_now())
        return redirect(_resume(draft))
    context = {"title": "Before you start", "back_url": reverse("request_list")}
    return render(request, "requests_app/practitioner/before_you_start.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def request_page(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """Ask the questions of a sheet; Continue saves the answers and leads to the next unanswered.

    Where one question had a page of its own, its address leads to its sheet.
    """
    sheet = questions.SHEET.get(slug)
    if sheet is None:
        return _sheet_of(request, slug, reference)
    now = clock_now()
    asked = open_request(request, reference, now)
    if not (policies.may_answer(request.user, asked) and questions.shown(sheet, asked)):
        return _closed(request, asked)
    form = RequestSheetForm(sheet, posted(request), asked=asked, by=request.user)
    if form.answers_what_is_closed:
        return _closed(request, asked)
    if request.method == "POST" and form.is_valid():
        no_ground_before = bool(asked.not_grounds)
        asked = _save(asked, form, by=request.user, now=now)
        if asked.not_grounds and not no_ground_before:
            _say_no_ground(request, asked)
        return redirect(_address(questions.following(sheet, asked), asked))
    bring_back(request, form)
    note_refused(form, asked.reference, action="request_page", by=request.user, now=now)
    context = {
        "title": sheet.title,
        "form": form,
        "about": asked,
        "caption": f"Request {asked.reference}",
        "back_url": _back(sheet, asked),
    }
    return render(request, "requests_app/practitioner/sheet.html", context)


def _say_no_ground(request: SignedIn, asked: Request) -> None:
    """Say what the guidance says of a "yes", where the decision beside which it stands is fixed."""
    if not questions.is_open(questions.PAGE["decision"], asked):
        messages.warning(request, presenters.no_ground_words(asked, by=request.user))


def _save(asked: Request, form: RequestSheetForm, *, by: User, now: datetime) -> Request:
    pages = [questions.PAGE[part.slug] for part in form.saved()]
    return actions.save_answers(asked, *pages, values=form.values(), by=by, now=now)


@for_roles(Role.PRACTITIONER)
@ask
def request_check(request: SignedIn, reference: str) -> HttpResponse:
    """Show every answer with its Change link and name what is missing; then declare and send."""
    now = clock_now()
    asked = open_request(request, reference, now)
    missing = questions.missing(asked)
    form = sending_forms.DeclarationForm(posted(request), asked=asked)
    if request.method == "POST" and not missing and form.is_valid():
        return _send(request, asked, form.cleaned_data["seen"], now)
    if not policies.may_answer(request.user, asked):
        return redirect("request_detail", reference)
    context = {
        "title": "Check your answers",
        "form": form,
        "asked": asked,
        "sections": presenters.answer_sections(asked, change=True),
        "missing": presenters.missing_rows(asked, missing),
        "resume_url": _resume(asked),
        "caption": f"Request {asked.reference}",
        "back_url": reverse("request_detail", args=[reference]),
    }
    return render(request, "requests_app/practitioner/check.html", context)


def _send(request: SignedIn, asked: Request, seen: datetime | None, now: datetime) -> HttpResponse:
    """Send what the page showed; what it did not show is shown first, and declared anew."""
    try:
        sent = actions.send(asked, seen=seen, by=request.user, now=now)
    except ChangedSince as refusal:
        messages.warning(request, refusal.message)
        return redirect("request_check", asked.reference)
    if not presenters.is_as_sent(sent):  # a phoned request that was agreed before
        messages.success(request, presenters.sent_title(sent))
    return redirect("request_sent", asked.reference)


@for_roles(Role.PRACTITIONER)
@require_safe
def request_sent(request: SignedIn, reference: str) -> HttpResponse:
    """Confirm that a request was sent: its reference, its review's date, what happens next.

    Opened later, when that is no longer to come, it leads to the request.
    """
    asked = open_request(request, reference, clock_now())
    if asked.declared_at is None or not presenters.is_as_sent(asked):
        return redirect("request_detail", reference)
    context = {
        "title": presenters.sent_title(asked),
        "asked": asked,
        "may_send_another": policies.may_send_another(request.user, asked),
    }
    return render(request, "requests_app/practitioner/sent.html", context)


@for_roles(Role.PRACTITIONER)
@require_safe
def request_detail(request: SignedIn, reference: str) -> HttpResponse:
    """Show an own request: what was asked, where it is, what happened, what can be done.

    Of one that was another's all along, and had come from a file in their name, that it is not
    theirs; nothing else, and as an answer of something that is not there.
    """
    now = clock_now()
    if is_anothers_now(request, reference, now):
        context = {"title": "This request is not yours any more", "back_url": reverse("home")}
        return render(request, "requests_app/practitioner/not_theirs.html", context, status=404)
    asked = open_request(request, reference, now)
    return render(request, "requests_app/practitioner/detail.html", _detail(request, asked, now))


@for_roles(Role.PRACTITIONER)
@require_POST
def request_number(request: SignedIn, reference: str) -> HttpResponse:
    """Show the record number of an own request, in this answer only; showing it is an entry."""
    now = clock_now()
    asked = open_request(request, reference, now)
    context = {
        "title": f"Record number of request {asked.reference}",
        "number": actions.show_number_for_request(asked, by=request.user, now=now),
        "asked": asked,
        "back_url": reverse("request_detail", args=[reference]),
    }
    return render(request, "requests_app/practitioner/number.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def request_discard(request: SignedIn, reference: str) -> HttpResponse:
    """Discard an own draft, after a page that asks once: it cannot be undone."""
    now = clock_now()
    asked = open_request(request, reference, now)
    if request.method == "POST":
        actions.discard_draft(asked, by=request.user, now=now)
        messages.success(request, "The draft is discarded.")
        return redirect("request_list")
    if not asked.is_draft:
        return redirect("request_detail", reference)
    warning = "The answers and the record number in this draft will be gone."
    return _confirm(request, asked, sending_forms.DiscardForm(), "Discard this draft?", warning)


@for_roles(Role.PRACTITIONER)
@ask
def request_family_told(request: SignedIn, reference: str) -> HttpResponse:
    """Record the day on which the family was told, as the practitioner promised."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = sending_forms.FamilyToldForm(posted(request))
    if request.method == "POST" and form.is_valid():
        on = form.cleaned_data["on"]
        actions.confirm_family_told(asked, on=on, by=request.user, now=now)
        messages.success(request, "Saved: the family was told.")
        return redirect("request_detail", reference)
    if not policies.may_say_family_told(request.user, asked):
        return redirect("request_detail", reference)
    return _confirm(request, asked, form, "Have you told the family?", _ONLY_IF_SAFE)


@for_roles(Role.PRACTITIONER)
@ask
def request_not_me(request: SignedIn, reference: str) -> HttpResponse:
    """Say of a phoned request that somebody else phoned; the hold stays, the IW Team looks."""
    now = clock_now()
    asked = open_request(request, reference, now)
    if request.method == "POST":
        actions.disown_phoned(asked, by=request.user, now=now)
        messages.success(request, "Thank you. The IW Team looks into it.")
        return redirect("request_list")
    if not policies.may_disown(request.user, asked):
        return redirect("request_detail", reference)
    warning = presenters.not_me_warning(asked)
    return _confirm(request, asked, sending_forms.NotMeForm(), "Say that this was not you", warning)


@for_roles(managers=True)
@require_safe
def supporting(request: SignedIn) -> HttpResponse:
    """List the requests that name a line manager as supporter: reference, practitioner, dates.

    Or whom they stand in for today.
    """
    page = page_of(request, lists.naming(request.user, clock_now()))
    context = {
        "title": "Requests that name you",
        "page": page,
        "heads": list_rows.SUPPORTING_HEADS,
        "rows": list_rows.supporting_rows(page),
    }
    return render(request, "requests_app/practitioner/supporting.html", context)


def _duty_list(request: SignedIn, duty: to_do.Duty) -> HttpResponse:
    now = clock_now()
    page = page_of(request, duty.of(request.user, now))
    context = {
        "title": duty.title,
        "page": page,
        "heads": list_rows.DUTY_HEADS,
        "rows": list_rows.duty_rows(page, duty, clock.today(now)),
        "back_url": reverse("request_list"),
        "back_text": "Your requests",
    }
    return render(request, "requests_app/practitioner/duty_list.html", context)


@dataclass(frozen=True)
class More:
    """A list that is longer than what is shown of it, and where the whole of it is."""

    title: str
    url: str


def _to_do(request: SignedIn, now: datetime) -> tuple[Rows, list[More]]:
    """Return the first few rows of each duty, and a link to each that has more."""
    rows: Rows = []
    more = []
    for duty in to_do.DUTIES:
        things = list(duty.of(request.user, now)[: lists.A_GLANCE + 1])
        rows += list_rows.duty_rows(things[: lists.A_GLANCE], duty, clock.today(now))
        if len(things) > lists.A_GLANCE:
            url = f"{reverse('request_list')}?show={duty.slug}"
            more.append(More(duty.title, url))
    return rows, more


def _detail(request: SignedIn, asked: Request, now: datetime) -> dict[str, Any]:
    return {
        "title": f"Draft {asked.reference}" if asked.is_draft else f"Request {asked.reference}",
        "asked": asked,
        "facts": presenters.facts(asked, clock.today(now))
        + own_page.next_review(asked, by=request.user, now=now),
        "what_now": presenters.what_now(asked),
        "complaints": presenters.may_lead_to_complaint(asked),
        "sections": presenters.answer_sections(asked, change=False),
        "timeline": presenters.timeline(asked),
        "resume_url": _resume(asked) if policies.may_answer(request.user, asked) else "",
        "may_see_number": policies.may_see_number(request.user, asked) and asked.has_number,
        "may_disown": policies.may_disown(request.user, asked),
        "may_say_family_told": policies.may_say_family_told(request.user, asked),
        **own_page.offers(asked, by=request.user, now=now),
        "back_url": reverse("request_list"),
        "back_text": "Your requests",
    }


def _confirm(
    request: SignedIn, asked: Request, form: Form, title: str, warning: str = ""
) -> HttpResponse:
    back_url = reverse("request_detail", args=[asked.reference])
    caption = f"Request {asked.reference}"
    return ask_once(request, form, title, caption=caption, back_url=back_url, warning=warning)


def _closed(request: SignedIn, asked: Request) -> HttpResponse:
    """Lead away from a page whose answers are not open; refuse what was posted to it."""
    if request.method == "POST":
        raise WrongState("answers_fixed", "These answers can no longer be changed.")
    if policies.may_answer(request.user, asked):
        return redirect(_resume(asked))
    return redirect("request_detail", asked.reference)


def _sheet_of(request: SignedIn, slug: str, reference: str) -> HttpResponse:
    """Lead from the address that a question had to its sheet's.

    Nothing that a page of before posts there is saved, and its sheet says so.
    """
    if slug not in questions.PAGE:
        raise Http404
    if request.method == "POST":
        messages.warning(request, "Nothing was saved: this question shares a page with others now.")
    return redirect(presenters.question_url(questions.PAGE[slug], reference))


def _resume(asked: Request) -> str:
    """Return where somebody goes on with a request: its first sheet with something unanswered."""
    missing = questions.missing(asked)
    return _address(questions.SHEET_OF[missing[0].slug] if missing else None, asked)


def _back(sheet: questions.Sheet, asked: Request) -> str:
    """Return the address before a sheet: the one before it, or where the person came from."""
    if sheet is questions.SHEETS[0] and questions.missing(asked):
        return reverse("request_list")
    return _address(questions.preceding(sheet, asked), asked)


def _address(sheet: questions.Sheet | None, asked: Request) -> str:
    if sheet is None:
        return reverse("request_check", args=[asked.reference])
    return reverse("request_page", args=[asked.reference, sheet.slug])
