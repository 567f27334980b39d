"""The IW Team's pages of six-monthly reviews, and the answers that sources give by phone."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from logbook.writing import record_alone
from shielding import clock, consulting, letting_go, review_shown, reviewing
from shielding.accounts.access import for_roles, found_or_404
from shielding.accounts.fields import posted
from shielding.accounts.models import Role
from shielding.accounts.paging import page_of
from shielding.models import Consultation, Hold, Review
from shielding.opening import open_hold
from shielding.record_forms import ConcludeForm
from shielding.word_forms import AnswerOnWordForm, FamilyOnWordForm, LetGoOnWordForm


@for_roles(Role.IW)
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """List the open six-monthly reviews, all or the overdue ones, the most pressing first."""
    now, address = timezone.now(), reverse("review_list")
    reviews = Review.objects.visible_to(request.user).of_records()
    late = request.GET.get("show") == "overdue"
    everything, overdue = reviews.open(), reviews.overdue(now)
    listed = (overdue if late else everything).with_owed().select_related("record")
    page = page_of(request, listed)
    context = {
        "title": "Six-monthly reviews",
        "caption": "Overdue" if late else "Open",
        "lead": clock.review_lead().days,
        "tabs": [
            _tab("Open", address, everything.count(), current=not late),
            _tab("Overdue", f"{address}?show=overdue", overdue.count(), current=late),
        ],
        "page": page,
        "heads": review_shown.LIST_HEADS,
        "rows": review_shown.list_rows(page, now),
    }
    return render(request, "shielding/reviews.html", context)


@for_roles(Role.IW)
@require_safe
def review_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one review: what every source was asked and answered, and what concluding would do."""
    return _review_page(request, _review(request, reference))


@for_roles(Role.IW)
@require_POST
def review_conclude(request: HttpRequest, reference: str) -> HttpResponse:
    """Conclude the review; whoever has not answered is recorded as no answer."""
    review = _review(request, reference)
    form = ConcludeForm(request.POST, to=request.path)
    if not form.is_valid():
        return _review_page(request, review, form)
    done = reviewing.conclude_record_review(
        review, **form.cleaned_data, by=request.user, now=timezone.now()
    )
    messages.success(
        request, f"The review is concluded. The next one is due on {done.next_due:%-d %B %Y}."
    )
    return redirect("review_detail", reference)


@for_roles(Role.IW)
@require_POST
def review_escalate(request: HttpRequest, reference: str) -> HttpResponse:
    """Call on the line managers of those who owe an answer."""
    reviewing.escalate_review(_review(request, reference), by=request.user, now=timezone.now())
    messages.success(request, "Those who owe an answer are reminded, and their line managers told.")
    return redirect("review_detail", reference)


@for_roles(Role.IW)
@require_safe
def answers_by_phone(request: HttpRequest) -> HttpResponse:
    """List the answers owed by sources that no working account is reminded of."""
    owed = Consultation.objects.visible_to(request.user).by_phone()
    owed = owed.select_related("review", "hold__source", "hold__service")
    page = page_of(request, owed)
    context = {
        "title": "Answers to get by phone",
        "page": page,
        "heads": review_shown.PHONE_HEADS,
        "rows": review_shown.phone_rows(page, timezone.now()),
        "noun": "answer",
        "empty": "Every source who owes an answer has a working account.",
        "back_url": reverse("home"),
    }
    return render(request, "shielding/listed.html", context)


@for_roles(Role.IW)
def hold_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what a source answered by phone to the reviews that ask them, on their word."""
    hold = open_hold(request, reference)
    back = _back(hold)
    form = AnswerOnWordForm(posted(request))
    if form.is_valid():
        letting_go.answer(hold, **form.said(), by=request.user, now=timezone.now())
        messages.success(request, f"The answer for request {reference} is recorded, on their word.")
        return redirect(back)
    if not consulting.owed_by(hold):
        messages.info(request, f"Nothing is asked of the source of request {reference}.")
        return redirect(back)
    return _word_page(request, hold, form, "Record an answer given by phone", back)


@for_roles(Role.IW)
def hold_let_go(request: HttpRequest, reference: str) -> HttpResponse:
    """Record that a source lets go of a request, on their confirmed word."""
    hold = open_hold(request, reference)
    back = reverse("record_detail", args=[hold.record.reference])
    form = LetGoOnWordForm(posted(request))
    if form.is_valid():
        letting_go.withdraw(hold, parting=form.parting(), by=request.user, now=timezone.now())
        messages.success(request, f"Request {reference} no longer asks. The record stays shielded.")
        return redirect(back)
    if not hold.is_standing:
        return redirect(back)
    return _word_page(request, hold, form, "Record that they let go", back)


@for_roles(Role.IW)
def hold_family(request: HttpRequest, reference: str) -> HttpResponse:
    """Record whether the family was told of a request that ended, on the source's word."""
    hold = open_hold(request, reference)
    back = reverse("record_detail", args=[hold.record.reference])
    form = FamilyOnWordForm(posted(request), hold=hold)
    if form.is_valid():
        letting_go.say_family(hold, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, f"It is recorded for request {reference}.")
        return redirect(back)
    if hold.is_standing or hold.family:
        return redirect(back)
    return _word_page(request, hold, form, "Record that the family was told", back)


def _tab(label: str, url: str, count: int, *, current: bool) -> dict[str, Any]:
    return {"label": label, "url": url, "count": count, "current": current}


def _review(request: HttpRequest, reference: str) -> Review:
    """Return a six-monthly review; opening it is an entry, written before the page is shown."""
    reviews = Review.objects.visible_to(request.user).of_records()
    reviews = reviews.select_related("record", "concluded_by")
    review = found_or_404(request, reviews, reference=reference)
    record_alone(
        "review_read",
        by=request.user,
        at=timezone.now(),
        reference=reference,
        record_reference=review.record.reference,
    )
    return review


def _review_page(
    request: HttpRequest, review: Review, tried: ConcludeForm | None = None
) -> HttpResponse:
    now = timezone.now()
    asked = list(review.consultations.in_full())
    owed = sum(one.answered_at is None for one in asked)
    is_open = review.concluded_at is None
    context = {
        "title": f"Review {review.reference}",
        "review": review,
        "facts": review_shown.facts(review, owed, now),
        "cards": [review_shown.card(one, open_review=is_open) for one in asked],
        "owed": owed if is_open else 0,
        "back_url": reverse("review_list"),
        "back_text": "Six-monthly reviews",
    }
    if is_open:
        context |= _conclusion(review, asked, now, tried)
    return render(request, "shielding/review.html", context)


def _conclusion(
    review: Review, asked: list[Consultation], now: datetime, tried: ConcludeForm | None
) -> dict[str, Any]:
    """Return what concluding would do, with its form where it can be done today."""
    end = review_shown.conclusion(review, asked, now)
    if "next_due" not in end:
        return {"conclusion": end}
    address = reverse("review_conclude", args=[review.reference])
    form = tried or ConcludeForm(to=address, next_due=end["next_due"])
    return {"conclusion": end, "form": form}


def _back(hold: Hold) -> str:
    """Return the page of the six-monthly review that asks, else that of the request."""
    for asked in consulting.owed_by(hold):
        if asked.review.kind == Review.Kind.RECORD:
            return reverse("review_detail", args=[asked.review.reference])
    return reverse("desk_request", args=[hold.reference])


def _word_page(request: HttpRequest, hold: Hold, form: Any, title: str, back: str) -> HttpResponse:
    context = {
        "title": title,
        "caption": f"Request {hold.reference}",
        "form": form,
        "hold": hold,
        "source": review_shown.source_words(hold),
        "back_url": back,
    }
    return render(request, "shielding/on_word.html", context)
