"""Where the IW Team, and a line manager, ask for a review because something changed.

A source asks on a page of their own request.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from logbook.days import clock_now
from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding import clock
from shielding.filled import filled
from shielding.records.opening import open_hold
from shielding.reviews import policies
from shielding.reviews.added import actions
from shielding.reviews.added.forms import ReasonForm, TeamReasonForm
from shielding.reviews.models import Review
from shielding.roles import Role
from shielding.web.access import for_roles
from shielding.web.fields import Form, posted

_ANSWER = "Ask whoever sent it to sign in and answer."
_NOT_OF_TEAM = "No request of your team that asks for a shield has this reference"


@for_roles(Role.IW)
def hold_review(request: SignedIn, reference: str) -> HttpResponse:
    """Ask for a review of one source's claim; the page says from when they are asked."""
    hold, now = open_hold(request, reference), clock_now()
    form = ReasonForm(posted(request))
    if form.is_valid():
        review = actions.ask_for_review(hold, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, _asked_for(review))
        return redirect("review_detail", review.reference)
    if is_open := policies.added_review_of(hold):
        messages.info(request, "A review of this request is open already.")
        return redirect("review_detail", is_open.reference)
    back = reverse("record_detail", args=[hold.record.reference])
    if not hold.is_standing:
        return redirect(back)
    begins = policies.begins_at(request.user, hold, now)
    return _page(request, form, back, hold=hold, begins=begins, waits=begins > now)


@for_roles(managers=True)
def team_review(request: SignedIn) -> HttpResponse:
    """Ask for a review of a request of one's staff, whose reference they told; it lists none."""
    form, now = TeamReasonForm(posted(request)), clock_now()
    if form.is_valid():
        reference = form.cleaned_data["reference"]
        hold = policies.hold_of_team(request.user, reference, now)
        if hold is not None:
            reason = form.cleaned_data["reason"]
            review = actions.ask_for_review(hold, reason=reason, by=request.user, now=now)
            due = f"{clock.act_by(review.due):%-d %B %Y}"
            messages.success(request, f"A review is asked for, to answer by {due}. {_ANSWER}")
            return redirect("team")
        _note_not_found(request, reference)
        form.add_error("reference", _NOT_OF_TEAM)
    return _page(request, form, reverse("team"))


def _asked_for(review: Review) -> str:
    due = f"The review is due on {review.due:%-d %B %Y}"
    if policies.is_asked(filled(review.hold)):
        return f"{due}. The practitioner is asked."
    return f"{due}. The practitioner is asked from {clock.today(review.opened_at):%-d %B %Y}."


def _note_not_found(request: SignedIn, reference: str) -> None:
    """Write that somebody asked for what is not there, or not of their team."""
    log_entry_alone(
        "not_found", by=request.user, at=clock_now(), reference=reference, page="team_review"
    )


def _page(request: SignedIn, form: Form, back: str, **more: object) -> HttpResponse:
    context = {"title": "Ask for a review", "form": form, "back_url": back, **more}
    return render(request, "shielding/reviews/added/ask.html", context)
