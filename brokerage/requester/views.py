"""The requester's pages: their list, the questions of an access request, what became of it.

Every page of a request opens through `_open`, so that a stranger's is not there. Nothing here
reads the record: the pages are the same whatever is known of it.
"""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from brokerage import outcome_words, policies, questions, states
from brokerage.models import AccessRequest
from brokerage.opening import open_access
from brokerage.requester import actions, forms, list_rows, lists, presenters
from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding import clock
from shielding.accounts.deputies.models import approvers_of
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.confirm_page import ask_once
from shielding.web.fields import Form, posted
from shielding.web.kept.answers import bring_back
from shielding.web.paging import page_of
from shielding.web.refusals import ChangedSince, WrongState

ask = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(Role.PRACTITIONER)
@require_safe
def access_list(request: SignedIn) -> HttpResponse:
    """List the practitioner's drafts to finish, then the access requests they sent."""
    if request.GET.get("show") == "drafts":
        return _drafts(request)
    drafts = list(lists.drafts_of(request.user)[: lists.A_GLANCE + 1])
    page = page_of(request, lists.sent_by(request.user))
    context = {
        "title": "Your access requests",
        "page": page,
        "heads": list_rows.LIST_HEADS,
        "rows": list_rows.list_rows(page, clock_now()),
        "draft_heads": list_rows.DRAFT_HEADS,
        "drafts": list_rows.draft_rows(drafts[: lists.A_GLANCE]),
        "more_drafts": len(drafts) > lists.A_GLANCE,
    }
    return render(request, "brokerage/requester/list.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def access_start(request: SignedIn) -> HttpResponse:
    """Say what to know before asking, and when to phone instead; the button starts a draft."""
    if request.method == "POST":
        now = clock_now()
        return redirect(_resume(actions.start_draft(by=request.user, now=now), now))
    context = {"title": "Before you ask for access", "back_url": reverse("access_list")}
    return render(request, "brokerage/requester/before_you_ask.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def access_page(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """Ask the questions of a sheet; Continue saves the answers and leads to the first unanswered.

    Where one question had a page of its own, its address leads to its sheet.
    """
    sheet = questions.SHEET.get(slug)
    if sheet is None:
        return _sheet_of(request, slug, reference)
    now = clock_now()
    access = _open(request, reference, now)
    if access.state != states.DRAFT:
        return _closed(request, access)
    form = forms.sheet_form(sheet, posted(request), access=access, today=clock.today(now))
    if request.method == "POST" and form.is_valid():
        pages = [questions.PAGE[part.slug] for part in form.saved()]
        access = actions.save_answers(
            access, *pages, values=form.values(), by=request.user, now=now
        )
        return redirect(_resume(access, now))
    bring_back(request, form)
    context = {
        "title": sheet.title,
        "form": form,
        "about": access,
        "caption": f"Access request {access.reference}",
        "back_url": _before(sheet, access, now),
    }
    return render(request, "brokerage/requester/sheet.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def access_check(request: SignedIn, reference: str) -> HttpResponse:
    """Show every answer with its Change link and name what is missing; then declare and send."""
    now = clock_now()
    access = _open(request, reference, now)
    if access.state != states.DRAFT:
        sent = request.method == "POST" and access.submitted_at is not None
        return redirect("access_sent" if sent else "access_detail", reference)
    missing = questions.missing(access, clock.today(now))
    form = forms.DeclarationsForm(posted(request), access=access)
    if request.method == "POST" and not missing and form.is_valid():
        return _send(request, access, form, now)
    context = {
        "title": "Check your answers",
        "form": form,
        "access": access,
        "rows": presenters.answer_rows(access, clock.today(now), change=True),
        "missing": presenters.missing_rows(access, missing),
        "resume_url": _resume(access, now),
        "approvers": approvers_of(request.user, clock.today(now)),
        "caption": f"Access request {access.reference}",
        "back_url": reverse("access_detail", args=[reference]),
    }
    return render(request, "brokerage/requester/check.html", context)


@for_roles(Role.PRACTITIONER)
@require_safe
def access_sent(request: SignedIn, reference: str) -> HttpResponse:
    """Confirm that a request was sent: its reference, whom to talk to, what happens next.

    Only while that is still to come: what was withdrawn, declined or finished has its own page.
    """
    now = clock_now()
    access = _open(request, reference, now)
    if access.declared_at is None or outcome_words.status(access, now) not in outcome_words.GOES_ON:
        return redirect("access_detail", reference)
    context = {
        "title": "Access request sent",
        "access": access,
        "approvers": approvers_of(request.user, clock.today(now)),
    }
    return render(request, "brokerage/requester/sent.html", context)


@for_roles(Role.PRACTITIONER)
@require_safe
def access_detail(request: SignedIn, reference: str) -> HttpResponse:
    """Show an own access request: where it is, what was asked, what can be done."""
    now = clock_now()
    access = _open(request, reference, now)
    is_draft = access.state == states.DRAFT
    context = {
        "title": f"{'Draft access' if is_draft else 'Access'} request {access.reference}",
        "access": access,
        "facts": presenters.facts(access, now),
        "what_now": presenters.what_now(access, now),
        "rows": presenters.answer_rows(access, clock.today(now), change=is_draft),
        "resume_url": _resume(access, now) if is_draft else "",
        "may_withdraw": policies.may_withdraw(request.user, access, now),
        "back_url": reverse("access_list"),
        "back_text": "Your access requests",
    }
    return render(request, "brokerage/requester/detail.html", context)


@for_roles(Role.PRACTITIONER)
@ask
def access_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Withdraw an own request, after a page that asks once: it cannot be undone."""
    now = clock_now()
    access = _open(request, reference, now)
    if request.method == "POST":
        actions.withdraw(access, by=request.user, now=now)
        messages.success(request, "You withdrew the access request.")
        return redirect("access_detail", reference)
    if not policies.may_withdraw(request.user, access, now):
        return redirect("access_detail", reference)
    warning = "You cannot take this back. If you need contact after all, you start a new request."
    return _confirm(request, access, forms.WithdrawForm(), "Withdraw this request?", warning)


@for_roles(Role.PRACTITIONER)
@ask
def access_discard(request: SignedIn, reference: str) -> HttpResponse:
    """Discard an own draft, after a page that asks once: it cannot be undone."""
    now = clock_now()
    access = _open(request, reference, now)
    if request.method == "POST":
        actions.discard_draft(access, by=request.user, now=now)
        messages.success(request, "The draft is discarded.")
        return redirect("access_list")
    if access.state != states.DRAFT:
        return redirect("access_detail", reference)
    warning = "The answers and the record number in this draft will be gone."
    return _confirm(request, access, forms.DiscardForm(), "Discard this draft?", warning)


def _open(request: SignedIn, reference: str, now: datetime) -> AccessRequest:
    return open_access(request, AccessRequest.objects.visible_to(request.user), reference, now)


def _send(
    request: SignedIn,
    access: AccessRequest,
    form: forms.DeclarationsForm,
    now: datetime,
) -> HttpResponse:
    """Send what the page showed; what it did not show is shown first, and declared anew."""
    declared, seen = frozenset(form.cleaned_data["declared"]), form.cleaned_data["seen"]
    try:
        actions.submit(access, declared=declared, seen=seen, by=request.user, now=now)
    except ChangedSince as refusal:
        messages.warning(request, refusal.message)
        return redirect("access_check", access.reference)
    return redirect("access_sent", access.reference)


def _drafts(request: SignedIn) -> HttpResponse:
    page = page_of(request, lists.drafts_of(request.user))
    context = {
        "title": "Access requests to finish",
        "page": page,
        "heads": list_rows.DRAFT_HEADS,
        "rows": list_rows.draft_rows(page),
        "back_url": reverse("access_list"),
        "back_text": "Your access requests",
    }
    return render(request, "brokerage/requester/drafts.html", context)


def _confirm(
    request: SignedIn, access: AccessRequest, form: Form, title: str, warning: str
) -> HttpResponse:
    back_url = reverse("access_detail", args=[access.reference])
    caption = f"Access request {access.reference}"
    return ask_once(request, form, title, caption=caption, back_url=back_url, warning=warning)


def _closed(request: SignedIn, access: AccessRequest) -> HttpResponse:
    """Lead away from a page whose answers stand; refuse what was posted to it."""
    if request.method == "POST":
        raise WrongState("answers_fixed", "These answers can no longer be changed.")
    return redirect("access_detail", access.reference)


def _sheet_of(request: SignedIn, slug: str, reference: str) -> HttpResponse:
    """Lead from the address that a question had to its sheet's.

    Nothing that a page of before posts there is saved, and its sheet says so.
    """
    if slug not in questions.PAGE:
        raise Http404
    if request.method == "POST":
        messages.warning(request, "Nothing was saved: this question shares a page with others now.")
    return redirect(presenters.question_url(questions.PAGE[slug], reference))


def _resume(access: AccessRequest, now: datetime) -> str:
    """Return where somebody goes on: the first unanswered sheet, or check your answers."""
    missing = questions.missing(access, clock.today(now))
    if not missing:
        return reverse("access_check", args=[access.reference])
    return _address(questions.SHEET_OF[missing[0].slug], access)


def _before(sheet: questions.Sheet, access: AccessRequest, now: datetime) -> str:
    """Return the address before a sheet: the sheet before it, or where the person came from.

    Once everything is answered they came from check your answers.
    """
    if not questions.missing(access, clock.today(now)):
        return reverse("access_check", args=[access.reference])
    place = questions.SHEETS.index(sheet)
    if place == 0:
        return reverse("access_detail", args=[access.reference])
    return _address(questions.SHEETS[place - 1], access)


def _address(sheet: questions.Sheet, access: AccessRequest) -> str:
    return reverse("access_page", args=[access.reference, sheet.slug])
