""" "This is wrong": the page behind the link in a mail, and the IW Team's answer to it."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from logbook.guarded import SignedIn
from logbook.writing import log_entry_alone
from shielding.holds import disputes, policies, presenters
from shielding.holds.forms import SettleForm
from shielding.holds.models import HandOver
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404, fresh, public
from shielding.web.fields import posted

FRESH_MINUTES = 5


@public("The link in the mail stands for its reader, whose account may be suspended.")
def hand_over_wrong(request: HttpRequest, token: str) -> HttpResponse:
    """Take the word of somebody who was told of a hand-over that it is wrong; only a post acts.

    The page and its answer are the same for any token, in any state: nobody learns from them.
    Tokens that stand for nobody are tried as often as a link for a password; what counts is never
    kept out, for a whole council may reach the site from one address.
    """
    if request.method == "POST":
        if told := disputes.told_by(token):
            disputes.say_wrong(told, by=told.person, now=timezone.now())
        elif limited := _tried_too_often(request):
            return limited
    context = {"title": "Something changed hands", "said": request.method == "POST"}
    return render(request, "shielding/holds/hand_over_wrong.html", context)


def _tried_too_often(request: HttpRequest) -> HttpResponse | None:
    limited: HttpResponse | None = ratelimit.consume_or_429(
        request, action="reset_password_from_key"
    )
    return limited


@for_roles(Role.IW)
@fresh(FRESH_MINUTES)
def hand_over_settle(request: SignedIn, reference: str) -> HttpResponse:
    """Settle a hand-over that is said to be wrong, as a member who took no part in it."""
    hand_overs = HandOver.objects.visible_to(request.user).with_people()
    hand_over, now = found_or_404(request, hand_overs, reference=reference), timezone.now()
    form = SettleForm(posted(request))
    if form.is_valid():
        disputes.settle(hand_over, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, f"Hand-over {reference} is settled.")
        return redirect("hand_over", reference)
    if not policies.may_settle(request.user, hand_over, now):
        return redirect("hand_over", reference)
    log_entry_alone("directory_opened", by=request.user, at=now, person=hand_over.person.uid)
    context = {
        "title": f"Settle hand-over {reference}",
        "form": form,
        "facts": presenters.facts(hand_over),
        "back_url": reverse("hand_over", args=[reference]),
    }
    return render(request, "shielding/holds/hand_over_settle.html", context)
