"""What the IW Team says of its work, and the rota of who is on duty."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from logbook.days import clock_now
from logbook.guarded import SignedIn
from shielding.duty import actions, items, list_rows, policies, rota
from shielding.duty.forms import RotaForm
from shielding.roles import Role
from shielding.web.access import for_roles, not_there
from shielding.web.fields import posted
from shielding.web.refusals import NotAllowed


@for_roles(Role.IW)
@require_POST
def duty_take(request: SignedIn, reference: str) -> HttpResponse:
    """Say that one has a piece of work, and go back to its page."""
    now = clock_now()
    item = items.item_of(reference, request.user, now) or not_there(request, reference)
    actions.take(item, by=request.user, now=now)
    messages.success(request, "Your colleagues see for four hours that you have it.")
    return redirect(item.page)


@for_roles(Role.IW)
def duty(request: SignedIn) -> HttpResponse:
    """Show the rota to the IW Team; an IW lead changes it here."""
    now, may_keep = clock_now(), policies.may_keep_rota(request.user)
    if request.method == "POST" and not may_keep:
        raise NotAllowed("not_a_lead", "Only an IW lead changes the rota.")
    form = RotaForm(posted(request), running=rota.running_day(now)) if may_keep else None
    if form is not None and form.is_valid():
        changed = actions.set_days(**form.said(), by=request.user, now=now)
        messages.success(request, _changed(len(changed)))
        return redirect("duty")
    context = {
        "title": "Who is on duty",
        "form": form,
        "heads": list_rows.HEADS,
        "rows": list_rows.rota_rows(rota.days_ahead(request.user, now)),
        "back_url": reverse("home"),
    }
    return render(request, "shielding/duty/rota.html", context)


def _changed(days: int) -> str:
    if not days:
        return "Nothing was changed: the rota says so already."
    return f"The rota is changed for {days} {'day' if days == 1 else 'days'}."
