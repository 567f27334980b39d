"""The IW Team's pages of six-monthly and added reviews, and of first ones of agreed requests."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.checks.presenters import advice_after
from shielding.duty.at_work import at_work
from shielding.hooks import DutyItem
from shielding.records.opening import note_work
from shielding.reviews import actions, list_rows, presenters
from shielding.reviews.forms import ConcludeForm
from shielding.reviews.lists import reviews_by_tab
from shielding.reviews.models import Consultation, Review
from shielding.reviews.reminder_days import six_monthly_lead
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.cells import Tab
from shielding.web.paging import page_of

CONCLUDE = {
    Review.Kind.REQUEST: actions.conclude_first_review,
    Review.Kind.RECORD: actions.conclude_record_review,
    Review.Kind.ADDED: actions.conclude_added_review,
}

LIST_TITLES = {
    "": "Six-monthly reviews",
    "overdue": "Six-monthly reviews: overdue",
    "added": "Added reviews",
}


@for_roles(Role.IW)
@require_safe
def review_list(request: SignedIn) -> HttpResponse:
    """List the open six-monthly reviews, all or the overdue ones, or those that were added, the
    most pressing first.
    """
    now, address = clock_now(), reverse("review_list")
    by_tab = reviews_by_tab(request.user, now)
    show = request.GET.get("show", "")
    show = show if show in by_tab else ""
    page = page_of(request, by_tab[show][1].with_owed().select_related("record"))
    note_work(request, [review.record.reference for review in page])
    context = {
        "title": LIST_TITLES[show],
        "lead": None if show == "added" else six_monthly_lead().days,
        "tabs": [
            Tab(
                words,
                f"{address}?show={name}" if name else address,
                count=listed.count(),
                current=name == show,
            )
            for name, (words, listed) in by_tab.items()
        ],
        "page": page,
        "heads": list_rows.LIST_HEADS,
        "rows": list_rows.list_rows(page, now),
    }
    return render(request, "shielding/reviews/reviews.html", context)


@for_roles(Role.IW)
@require_safe
def review_detail(request: SignedIn, reference: str) -> HttpResponse:
    """Show one review: what was asked and answered, what the record's other sources said last, and
    what concluding would do.
    """
    return _review_page(request, _review(request, reference))


@for_roles(Role.IW)
@require_POST
def review_conclude(request: SignedIn, reference: str) -> HttpResponse:
    """Conclude this review alone; a source who has not answered is recorded as no answer."""
    review = _review(request, reference)
    form = ConcludeForm(request.POST, to=request.path)
    if not form.is_valid():
        return _review_page(request, review, form)
    saw, act = form.cleaned_data["saw"], CONCLUDE[Review.Kind(review.kind)]
    said = form.said() | {"no_duplicate": saw.is_shielded}
    if act(review, **said, by=request.user, now=clock_now()).concluded_at:
        on = f"{said['next_shown']:%-d %B %Y}"
        messages.success(
            request, f"The review is concluded. The six-monthly review is due on {on}."
        )
    if words := advice_after(saw):
        messages.warning(request, words)
    return redirect("review_detail", reference)


@for_roles(Role.IW)
@require_POST
def review_escalate(request: SignedIn, reference: str) -> HttpResponse:
    """Call on the line managers of those who owe an answer."""
    actions.escalate_review(_review(request, reference), by=request.user, now=clock_now())
    words = (
        "The practitioner is told at once if they have a working account, and their line manager "
        "with the next working day’s mail."
    )
    messages.success(request, words)
    return redirect("review_detail", reference)


def _review(request: SignedIn, reference: str) -> Review:
    """Return a review that has a page; opening it is an entry, written before the page is shown."""
    reviews = Review.objects.visible_to(request.user).with_page()
    reviews = reviews.select_related("record", "hold", "concluded_by", "asked_for_by")
    review = found_or_404(request, reviews, reference=reference)
    log_entry_alone(
        "review_read",
        by=request.user,
        at=clock_now(),
        reference=reference,
        record_reference=review.record.reference,
    )
    note_work(request, [review.record.reference])
    return review


def _review_page(
    request: SignedIn, review: Review, tried: ConcludeForm | None = None
) -> HttpResponse:
    now = clock_now()
    asked = list(review.consultations.in_full())
    owed = sum(one.answered_at is None for one in asked)
    is_open = review.concluded_at is None
    context = {
        "title": f"Review {review.reference}",
        "review": review,
        "at_work": at_work(_as_work(review), by=request.user, now=now),
        "facts": presenters.facts(review, owed, now),
        "cards": [presenters.card(one, now, open_review=is_open) for one in asked],
        "others": presenters.other_cards(review, now),
        "owed": owed if is_open else 0,
        **presenters.back_from(review),
    }
    if is_open:
        context |= _conclusion(review, asked, now, tried)
    return render(request, "shielding/reviews/review.html", context)


def _as_work(review: Review) -> DutyItem:
    """Return a review as work that nobody takes: it is shown who opened it."""
    page = reverse("review_detail", args=[review.reference])
    return DutyItem(review.reference, review.record.reference, page, waits=False)


def _conclusion(
    review: Review, asked: list[Consultation], now: datetime, tried: ConcludeForm | None
) -> dict[str, Any]:
    """Return what concluding would do, with its form where it can be done today."""
    end = presenters.conclusion(review, asked, now)
    if not isinstance(end, presenters.Conclusion):
        return {"conclusion": end}
    address = reverse("review_conclude", args=[review.reference])
    form = tried or ConcludeForm(to=address, next_due=end.next_due)
    return {"conclusion": end, "form": form}
