"""The page on which a practitioner asks for another child, with the answers of an own request."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from logbook.days import clock_now
from logbook.guarded import SignedIn
from requests_app import policies
from requests_app.models import Request
from requests_app.opening import open_request
from requests_app.practitioner import actions, presenters
from requests_app.practitioner.again import in_place_of
from requests_app.practitioner.again.forms import AnotherForm
from requests_app.practitioner.refused_answers import note_refused
from shielding.roles import Role
from shielding.web.access import for_roles, found_or_404
from shielding.web.fields import posted
from shielding.web.kept.answers import bring_back
from shielding.web.refusals import WrongState

_SENT_INSTEAD = (
    "Request {} is sent: write this reference into your own record now. Then take back the one "
    "that was entered in error, below."
)


@for_roles(Role.PRACTITIONER)
@require_http_methods(["GET", "HEAD", "POST"])
def request_again(request: SignedIn, reference: str) -> HttpResponse:
    """Ask for the number and the attestations of another child; Send sends that request at once.

    What was sent is no reading of the one before: only a page that shows its answers is. Where it
    is asked for in place of one that was entered in error, that one is taken back next.
    """
    now, by = clock_now(), request.user
    like = found_or_404(request, Request.objects.visible_to(by), reference=reference)
    said = request.POST.get("instead") or request.GET.get("instead", "")
    instead = in_place_of.is_signed(said, like, by)
    if not policies.may_send_another(by, like, instead=instead):
        if request.method == "POST":
            raise WrongState("not_again", policies.NOT_AGAIN)
        return redirect("request_detail", reference)
    form = AnotherForm(posted(request), like=like, instead=said if instead else "", by=by)
    if request.method == "POST" and form.is_valid():
        sent = actions.send_another(like, **form.another(), instead=instead, by=by, now=now)
        if instead and policies.may_withdraw(by, like):
            messages.success(request, _SENT_INSTEAD.format(sent.reference))
            return redirect("request_in_error", reference)
        return redirect("request_sent", sent.reference)
    bring_back(request, form)
    note_refused(form, "", action="request_again", by=by, now=now)
    like = open_request(request, reference, now)
    context = {
        "title": "Another child, same answers",
        "form": form,
        "about": form.asked,
        "rows": presenters.answers_kept(form.asked),
        "caption": f"Request {reference}",
        "back_url": reverse("request_detail", args=[reference]),
    }
    return render(request, "requests_app/practitioner/again/another.html", context)
