"""The IW Team's pages of what sources say by phone: answers, and letting go."""

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.holds import actions as hold_actions
from shielding.holds import letting_go, list_rows, policies
from shielding.holds import presenters as hold_presenters
from shielding.holds.forms import (
    AnswerOnWordForm,
    AttestWordForm,
    FamilyOnWordForm,
    InErrorOnWordForm,
    LetGoOnWordForm,
)
from shielding.records import states
from shielding.records.letting_go_to_attest import owed_for
from shielding.records.letting_go_to_attest import to_attest as owed_words
from shielding.records.models import Hold
from shielding.records.opening import note_work, open_hold
from shielding.records.presenters import page_of_hold
from shielding.reviews import consultations, presenters
from shielding.reviews.models import Consultation, Review
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import Form, posted
from shielding.web.paging import WHOSE, of_whom, page_of
from shielding.web.password_again import FRESH_MINUTES, fresh


@for_roles(Role.IW)
@require_safe
def answers_by_phone(request: SignedIn) -> HttpResponse:
    """List the answers owed by sources that no working account is reminded of."""
    now = clock_now()
    owed = Consultation.objects.visible_to(request.user).by_phone(now)
    owed = owed.select_related("review", "hold__source__service", "hold__service")
    page = page_of(request, owed)
    context = {
        "title": "Answers to get by phone",
        "page": page,
        "heads": list_rows.ANSWER_HEADS,
        "rows": list_rows.answer_rows(page, now),
        "noun": "answer",
        "empty": "Every practitioner who owes an answer has a working account.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW)
@require_safe
def words_to_attest(request: SignedIn) -> HttpResponse:
    """List the releases that wait for a member's call, those who let go first on top."""
    people, whose = (
        ("source__service", "service", "record", "released_by"),
        request.GET.get("whose", ""),
    )
    mine = partial(policies.to_attest_by, request.user, clock_now())
    page = page_of(request, of_whom(owed_words().select_related(*people), mine, whose))
    note_work(request, [hold.record.reference for hold in page])
    context = {
        "title": "Releases to confirm by phone",
        "caption": WHOSE.get(whose, ""),
        "page": page,
        "heads": list_rows.RELEASE_HEADS,
        "rows": list_rows.release_rows(page),
        "noun": "release",
        "not_for_paper": True,
        "empty": "No release waits for a call.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/desk/listed.html", context)


@for_roles(Role.IW)
def hold_answer(request: SignedIn, reference: str) -> HttpResponse:
    """Record what a source answered by phone to the reviews that ask them, on their word."""
    now = clock_now()
    hold = open_hold(request, reference)
    back = _back(hold, now)
    asked = consultations.answerable_by(hold, now)
    first = any(one.review.kind == Review.Kind.REQUEST for one in asked)
    taken_over = policies.asks_which_record(request.user, hold)
    form = AnswerOnWordForm(posted(request), first=first, taken_over=taken_over)
    if form.is_valid():
        letting_go.answer(hold, **form.said(), by=request.user, now=now)
        messages.success(request, f"The answer for request {reference} is recorded, on their word.")
        return redirect(back)
    if not asked:
        messages.info(request, f"Nothing is asked of the practitioner of request {reference}.")
        return redirect(back)
    return _word_page(request, hold, form, "Record an answer given by phone", back)


@for_roles(Role.IW)
def hold_let_go(request: SignedIn, reference: str) -> HttpResponse:
    """Record that a source lets go of a request, on their confirmed word."""
    hold = open_hold(request, reference)
    back = reverse("record_detail", args=[hold.record.reference])
    taken_over = policies.asks_which_record(request.user, hold)
    form = LetGoOnWordForm(posted(request), taken_over=taken_over)
    if form.is_valid():
        letting_go.withdraw(hold, parting=form.parting(), by=request.user, now=clock_now())
        messages.success(
            request,
            f"Request {reference} no longer asks. What is shielded stays so until its final "
            "unshield.",
        )
        return redirect(back)
    if not hold.is_standing:
        return redirect(back)
    return _word_page(request, hold, form, "Record that they withdrew", back)


@for_roles(Role.IW)
def hold_in_error(request: SignedIn, reference: str) -> HttpResponse:
    """Record that a request was entered in error, on its source's confirmed word.

    What was taken over from a file nobody entered: it may be another's.
    """
    hold = open_hold(request, reference)
    back = reverse("record_detail", args=[hold.record.reference])
    form = InErrorOnWordForm(posted(request))
    if form.is_valid():
        letting_go.take_back(hold, **form.cleaned_data, by=request.user, now=clock_now())
        messages.success(request, f"Request {reference} is taken back: it was entered in error.")
        return redirect(back)
    if not hold.is_standing:
        return redirect(back)
    if hold.imported_at is not None:
        return redirect("hold_hand_over", reference)
    return _word_page(request, hold, form, "Record that it was entered in error", back)


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def hold_attest(request: SignedIn, reference: str) -> HttpResponse:
    """Attest a call in which it was said that the source let go, where one is owed."""
    hold, now = open_hold(request, reference), clock_now()
    back = reverse("record_detail", args=[hold.record.reference])
    form = AttestWordForm(posted(request), hold=hold)
    if form.is_valid():
        letting_go.attest_word(hold, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"It is attested that the practitioner of {reference} withdrew.")
        return redirect(back)
    if not policies.may_attest_word(request.user, hold, now):
        if owed_for(hold):
            messages.info(request, hold_presenters.who_may_attest(hold, now))
        return redirect(back)
    if hold.record.state == states.UNSHIELDING:
        messages.info(request, letting_go.STOP_FIRST)
        return redirect(back)
    denied = reverse("hold_denied", args=[reference]) if hold.source else ""
    title = "Attest that they withdrew"
    return _word_page(request, hold, form, title, back, denied_url=denied, call_owed=True)


@for_roles(Role.IW)
def hold_family(request: SignedIn, reference: str) -> HttpResponse:
    """Record whether the family was told of a request that ended, on the source's word."""
    hold = open_hold(request, reference)
    back = reverse("record_detail", args=[hold.record.reference])
    form = FamilyOnWordForm(posted(request), hold=hold)
    if form.is_valid():
        letting_go.say_family(hold, **form.cleaned_data, by=request.user, now=clock_now())
        messages.success(request, f"It is recorded for request {reference}.")
        return redirect(back)
    if hold.is_standing or hold.family:
        return redirect(back)
    return _word_page(request, hold, form, "Record that the family was told", back)


def _back(hold: Hold, now: datetime) -> str:
    """Return the page of the six-monthly or added review that asks, else that of the request."""
    for asked in consultations.answerable_by(hold, now):
        if asked.review.kind != Review.Kind.REQUEST:
            return reverse("review_detail", args=[asked.review.reference])
    return page_of_hold(hold)


def _word_page(
    request: SignedIn,
    hold: Hold,
    form: Form,
    title: str,
    back: str,
    *,
    denied_url: str = "",
    call_owed: bool = False,
) -> HttpResponse:
    context = {
        "denied_url": denied_url,
        "nobody_to_ask": call_owed and not denied_url,
        "title": title,
        "caption": f"Request {hold.reference}",
        "form": form,
        "hold": hold,
        "source": presenters.source_words(hold),
        "by_two": not hold_actions.could_let_go(hold, clock_now()),
        "taken_over": hold.imported_at is not None,
        "back_url": back,
    }
    return render(request, "shielding/holds/on_word.html", context)
