"""What a source does after sending: answers a review, lets go, says who was told, prints letters.

Every page opens through `open_request`, so that a stranger's request is not there; and nothing on
them depends on who else asks for the record, or on the record's state.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from logbook.days import clock_now
from logbook.guarded import SignedIn
from requests_app import policies
from requests_app.models import Request
from requests_app.opening import open_request
from requests_app.practitioner import actions, letters, presenters, source_forms
from requests_app.practitioner.again import in_place_of
from shielding import clock
from shielding.filled import filled
from shielding.holds import letting_go
from shielding.holds import policies as hold_policies
from shielding.models import Consultation, Review
from shielding.reviews.added import actions as added_reviews
from shielding.reviews.added.forms import ReasonForm
from shielding.reviews.review_codes import Answer
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import Form, posted
from shielding.web.refusals import WrongState

ask = require_http_methods(["GET", "HEAD", "POST"])
_STOP = "Withdraw this request for a shield"
_IN_ERROR = "This request was entered in error"
_ANSWER_AGAIN = "Nothing was saved: answer these questions first, and then the second page again."
_STOPPED = "This request no longer asks for the record to be shielded."


@for_roles(Role.PRACTITIONER)
@ask
def request_review(request: SignedIn, reference: str) -> HttpResponse:
    """Ask whether the shield is still needed; *no longer needed* leads to a second page."""
    now = clock_now()
    asked = open_request(request, reference, now)
    owed = _owed(request, asked, now)
    if owed is None:
        return _not_asked(request, asked)
    form = source_forms.AnswerForm(posted(request), first=_is_first(owed))
    if form.is_valid() and form.lets_go:
        second = source_forms.NoLongerNeededForm(
            asked=asked, first=_is_first(owed), answered=form.cleaned_data
        )
        return _stop_page(request, asked, second)
    if form.is_valid():
        letting_go.answer(filled(asked.hold), **form.cleaned_data, by=request.user, now=now)
        messages.success(request, "Saved: the shield is still needed.")
        return redirect("request_detail", reference)
    facts = presenters.review_facts(owed, clock.today(now))
    return _page(request, asked, form, "Answer the review", "review", facts=facts)


@for_roles(Role.PRACTITIONER)
@ask
def request_no_longer_needed(request: SignedIn, reference: str) -> HttpResponse:
    """Take the second page of an answer that lets go; without the first page, begin there."""
    now = clock_now()
    asked = open_request(request, reference, now)
    owed = _owed(request, asked, now)
    if owed is None:
        return _not_asked(request, asked)
    form = source_forms.NoLongerNeededForm(posted(request), asked=asked, first=_is_first(owed))
    if form.is_valid() and not form.lost_the_first_page:
        given = {name: form.cleaned_data[name] for name in ("views", "sought_by", "family_told")}
        answer = Answer.NO_LONGER_NEEDED
        hold = filled(asked.hold)
        said = letting_go.answer(
            hold, answer=answer, **given, parting=form.parting(), by=request.user, now=now
        )
        kept = f"Saved. {hold_policies.why_not_yet(request.user)}"
        messages.success(request, kept if said.is_standing else _STOPPED)
        return redirect("request_detail", reference)
    if request.method == "POST" and form.lost_the_first_page:
        messages.warning(request, _ANSWER_AGAIN)
    if request.method != "POST" or form.lost_the_first_page:
        return redirect("request_review", reference)
    return _stop_page(request, asked, form)


@for_roles(Role.PRACTITIONER)
@ask
def request_ask_review(request: SignedIn, reference: str) -> HttpResponse:
    """Ask for a review because something changed; it asks this source at once, for no other."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = ReasonForm(posted(request))
    if not policies.may_withdraw(request.user, asked):
        return _leave(request, asked, added_reviews.ENDED)
    if form.is_valid():
        reason, hold = form.cleaned_data["reason"], filled(asked.hold)
        added_reviews.ask_for_review(hold, reason=reason, by=request.user, now=now)
        messages.success(request, "Saved. Answer the review now, or within seven days.")
        return redirect("request_detail", reference)
    return _page(request, asked, form, "Ask for a review: something has changed", "ask_review")


@for_roles(Role.PRACTITIONER)
@ask
def request_withdraw(request: SignedIn, reference: str) -> HttpResponse:
    """Let go outside a review, after a page that says what it means."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = source_forms.PartingForm(posted(request))
    if not policies.may_withdraw(request.user, asked):
        return _leave(request, asked, "There is nothing to withdraw here.")
    if form.is_valid():
        letting_go.withdraw(filled(asked.hold), parting=form.parting(), by=request.user, now=now)
        messages.success(request, _STOPPED)
        return redirect("request_detail", reference)
    return _stop_page(request, asked, form)


@for_roles(Role.PRACTITIONER)
@ask
def request_in_error(request: SignedIn, reference: str) -> HttpResponse:
    """Take back what was entered in error, after the page offered a request with these answers."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = source_forms.InErrorForm(posted(request))
    if not policies.may_take_back(request.user, asked):
        return _leave(request, asked, "There is nothing to take back here.")
    if form.is_valid():
        letting_go.take_back(filled(asked.hold), **form.cleaned_data, by=request.user, now=now)
        messages.success(request, _STOPPED)
        return redirect("request_detail", reference)
    said = urlencode({"instead": in_place_of.signed(asked, request.user)})
    again = f"{reverse('request_again', args=[reference])}?{said}"
    may = policies.may_send_another(request.user, asked, instead=True)
    return _page(request, asked, form, _IN_ERROR, "in_error", again_url=again, may_send_another=may)


@for_roles(Role.PRACTITIONER)
@ask
def request_family_of_end(request: SignedIn, reference: str) -> HttpResponse:
    """Record whether the family was told that a request was not agreed, and how to complain."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = source_forms.FamilyOfEndForm(posted(request))
    if not policies.may_say_family_of_end(request.user, asked, now):
        return _leave(request, asked, "There is nothing to record here.")
    if form.is_valid():
        family = form.cleaned_data["family"]
        letting_go.say_family(filled(asked.hold), family=family, by=request.user, now=now)
        messages.success(request, "Saved. Thank you.")
        return redirect("request_detail", reference)
    return _page(request, asked, form, "Telling the family", "family_of_end")


@for_roles(Role.PRACTITIONER)
@ask
def request_professionals(request: SignedIn, reference: str) -> HttpResponse:
    """Record the day on which the other professionals were told that the record is shielded."""
    now = clock_now()
    asked = open_request(request, reference, now)
    form = source_forms.ProfessionalsToldForm(posted(request), asked=asked)
    if not policies.may_say_professionals_told(request.user, asked):
        return _leave(request, asked, "There is nothing to record here.")
    if form.is_valid():
        on = form.cleaned_data["on"]
        actions.record_professionals_told(asked, on=on, by=request.user, now=now)
        messages.success(request, "Saved: the professionals were told.")
        return redirect("request_detail", reference)
    return _page(request, asked, form, "Telling other professionals", "professionals")


@for_roles(Role.PRACTITIONER)
@ask
def request_letter(request: SignedIn, reference: str, slug: str) -> HttpResponse:
    """Ask whether a letter can be handed over safely; the answer to "yes" is the letter itself."""
    letter = letters.LETTER.get(slug)
    if letter is None:
        raise Http404
    now = clock_now()
    asked = open_request(request, reference, now)
    form = source_forms.LetterForm(posted(request))
    if letter not in letters.printable(request.user, asked, now):
        return _leave(request, asked, "There is no such letter to print for this request.")
    if not form.is_valid():
        return _page(request, asked, form, letter.title, "letter")
    letters.print_letter(asked, kind=slug, by=request.user, now=now)
    context = {
        "title": letter.title,
        "asked": asked,
        "today": clock.today(now),
        "next_review": letters.next_review(asked, now),
        "back_url": reverse("request_detail", args=[reference]),
    }
    return render(request, f"requests_app/practitioner/letters/{slug}.html", context)


def _owed(request: SignedIn, asked: Request, now: datetime) -> Consultation | None:
    """Return the most pressing review that asks this source and has no answer of theirs yet."""
    owed = Consultation.objects.visible_to(request.user).answerable(now).filter(hold=asked.hold)
    return owed.select_related("review").first()


def _is_first(owed: Consultation) -> bool:
    return owed.review.kind == Review.Kind.REQUEST


def _not_asked(request: SignedIn, asked: Request) -> HttpResponse:
    return _leave(request, asked, "This was answered already, or the review is concluded.")


def _leave(request: SignedIn, asked: Request, refusal: str) -> HttpResponse:
    """Lead away from a page that has nothing to ask; refuse what was posted to it."""
    if request.method == "POST":
        raise WrongState("not_asked", refusal)
    return redirect("request_detail", asked.reference)


def _stop_page(request: SignedIn, asked: Request, form: Form) -> HttpResponse:
    warning = "You cannot take this back. To ask again, send a new request."
    taken_over = asked.is_taken_over
    return _page(request, asked, form, _STOP, "stop", warning=warning, taken_over=taken_over)


def _page(
    request: SignedIn, asked: Request, form: Form, title: str, template: str, **more: Any
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "caption": f"Request {asked.reference}",
        "back_url": reverse("request_detail", args=[asked.reference]),
        **more,
    }
    return render(request, f"requests_app/practitioner/source/{template}.html", context)
